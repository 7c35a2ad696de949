#include "rfhgn/io/inspect.hpp"

#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_sealing.hpp"
#include "file_kind.hpp"
#include "format.hpp"
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
    return fmt::format("{}: {}\n", file.path, kind->name) +
           kind->describe(file, sealed ? "whole" : "none: damage does not show");
}

}  // namespace

std::string inspect_file(const parallel::Communicator& comm, const std::string& path) {
    const auto beginning = parallel::together(comm, [&] { return first_bytes(path); });
    const UnknownFile unknown{path, beginning};
    if (!find_kind(unknown)) require_readable(comm, path);
    const auto text = parallel::together(comm, [&] {
        const InputFile file(path);
        BlockSeal seal(file);
        seal.verify(share_of_blocks(comm, seal.bytes()));
        return comm.is_root() ? describe(unknown, seal.present()) : std::string();
    });
    return parallel::broadcast(comm, text);
}

}  // namespace rfhgn::io
