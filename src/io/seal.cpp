#include "seal.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/io/file_content.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "file_system.hpp"
#include "output_file.hpp"

namespace rfhgn::io {

namespace {

using Words = std::array<std::uint64_t, 3>;  // mark, bytes before the seal, their checksum
constexpr std::uint64_t mark = 0x316c6165736e6766U;
static_assert(sizeof(Words) == seal_bytes);

struct Seal {
    SealCheck found;
    Words words{};
};

Seal read_seal(const std::string& path) {
    Seal seal;
    auto& fault = seal.found.fault;
    try {
        const InputFile file(path);
        const auto size = file.state().size;
        seal.found.state = file.state();
        if (size < seal_bytes)
            fault = "it is too short";
        else if (file.read(reinterpret_cast<char*>(seal.words.data()), seal_bytes, size - seal_bytes) <
                 seal_bytes)
            fault = "it cannot be read";
        else if (seal.words[0] != mark)
            fault = "its end is missing";
        else if (seal.words[1] != size - seal_bytes)
            fault = "its length is wrong";
    } catch (const Error& error) {
        fault = error.what();
    }
    return seal;
}

}  // namespace

void seal(const parallel::Communicator& comm, const std::string& path) {
    std::uint64_t bytes = 0;
    parallel::together(comm, [&] {
        if (comm.is_root()) bytes = std::filesystem::file_size(path);
    });
    parallel::broadcast(comm, std::span<std::uint64_t>(&bytes, 1));
    const auto sum = checksum_of_file(comm, path, static_cast<GlobalIndex>(bytes));
    parallel::together(comm, [&] {
        const Advice advice = advice_on_written(path);
        require<RunError>(sum.has_value(), advice, "'{}' cannot be read back", path);
        if (!comm.is_root()) return;
        const Words words{mark, bytes, *sum};
        OutputFile::go_on(path).write({reinterpret_cast<const char*>(words.data()), seal_bytes});
        const auto fault = read_seal(path).found.fault;
        require<RunError>(fault.empty(), advice, "writing the end of '{}' failed: {}", path, fault);
    });
}

std::string sealed(std::string bytes) {
    const Words words{mark, bytes.size(), checksum(bytes)};
    bytes.append(reinterpret_cast<const char*>(words.data()), seal_bytes);
    return bytes;
}

bool has_seal(const std::string& path) {
    return read_seal(path).found.fault.empty();
}

SealCheck check_seal(const parallel::Communicator& comm, const std::string& path) {
    Seal seal;
    if (comm.is_root()) seal = read_seal(path);
    auto& [fault, state] = seal.found;
    fault = parallel::broadcast(comm, fault);
    if (!fault.empty()) return seal.found;
    parallel::broadcast(comm, std::span<std::uint64_t>(seal.words));
    parallel::broadcast(comm, std::span<FileState>(&state, 1));
    const auto sum = checksum_of_file(comm, path, static_cast<GlobalIndex>(seal.words[1]));
    if (!sum) fault = "a rank cannot read it";
    if (sum && *sum != seal.words[2]) fault = "its checksum is wrong";
    return seal.found;
}

void require_same_file(const SealCheck& checked, const FileState& read, const std::string& path) {
    require<RunError>(checked.state == read, Advice{"leave it alone while it is in use, and run again"},
                      "'{}' was changed while it was read", path);
}

}  // namespace rfhgn::io
