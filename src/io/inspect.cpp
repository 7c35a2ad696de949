#include "rfhgn/io/inspect.hpp"

#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_sealing.hpp"
#include "description.hpp"
#include "file_kind.hpp"
#include "format.hpp"
#include "seal.hpp"
#include "superblock.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

namespace {

std::string describe(UnknownFile file, bool sealed) {
    std::optional<hdf5::Reader> reader;
    const auto* kind = find_kind(file);
    if (!kind) {
        file.hdf5 = &reader.emplace(file.path);
        kind = find_kind(file);
    }
    require(kind, Advice{fmt::format("known are: {}", known_kinds())},
            "{}: not one of rfhgn's formats: root attribute 'format' is '{}'", file.path,
            reader ? format_name(*reader) : std::string());
    // Where no seal tells of damage, the numbers are all that may.
    if (!sealed && kind->open && kind->looked_through)
        read_through(*kind->open(parallel::Communicator::self(), file.path, {}));
    return fmt::format("{}: {}\n", file.path, kind->name) +
           kind->describe(file, sealed ? "whole" : "none: damage does not show");
}

// Checks the seal that the file has, of either form. *Collective.*
bool check_seals(const parallel::Communicator& comm, const std::string& path) {
    const bool at_the_end = parallel::together(comm, [&] { return has_seal(path); });
    if (!parallel::any(comm, !at_the_end)) {
        const auto fault = check_seal(comm, path).fault;
        require(fault.empty(), Advice{"copy it again from where it is whole, or make it again"},
                "'{}' is damaged: {}", path, fault);
        return true;
    }
    return parallel::together(comm, [&] {
        const InputFile file(path);
        BlockSeal seal(file);
        seal.verify(share_of_blocks(comm, seal.bytes()));
        return seal.present();
    });
}

// Bytes that belong to nothing. A seal at the end of a file stands behind all of them.
void add_bytes_behind(std::string& out, const std::string& path) {
    if (has_seal(path)) return;
    const InputFile file(path);
    const BlockSeal seal(file);
    const auto end = seal.present() ? seal.end() : declared_end(file).value_or(file.state().size);
    if (end < file.state().size)
        add_line(out, "behind the end", fmt::format("{} bytes that nobody reads", file.state().size - end));
}

}  // namespace

std::string inspect_file(const parallel::Communicator& comm, const std::string& path) {
    const auto beginning = parallel::together(comm, [&] { return first_bytes(path); });
    const UnknownFile unknown{path, beginning};
    if (!find_kind(unknown)) require_readable(comm, path);
    const bool sealed = check_seals(comm, path);
    const auto text = parallel::together(comm, [&] {
        if (!comm.is_root()) return std::string();
        auto told = describe(unknown, sealed);
        add_bytes_behind(told, path);
        return told;
    });
    return parallel::broadcast(comm, text);
}

}  // namespace rfhgn::io
