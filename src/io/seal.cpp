#include "seal.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "output_file.hpp"

namespace rfhgn::io {

namespace {

using Words = std::array<std::uint64_t, 3>;  // mark, bytes before the seal, their checksum
constexpr std::uint64_t mark = 0x316c6165736e6766U;
static_assert(sizeof(Words) == seal_bytes);

// Of the bytes [begin, end) of a file; none when they cannot be read.
std::optional<std::uint64_t> checksum_of(const std::string& path, parallel::Range bytes) {
    constexpr GlobalIndex largest_piece = GlobalIndex{1} << 20U;
    std::vector<char> buffer(
        static_cast<std::size_t>(std::clamp<GlobalIndex>(bytes.size(), 0, largest_piece)));
    std::uint64_t sum = 0;
    try {
        const InputFile file(path);
        for (auto at = bytes.begin; at < bytes.end;) {
            const auto size = static_cast<std::size_t>(
                std::min<GlobalIndex>(static_cast<GlobalIndex>(buffer.size()), bytes.end - at));
            if (file.read(buffer.data(), size, static_cast<std::uint64_t>(at)) < size) return std::nullopt;
            sum += checksum(std::as_bytes(std::span<const char>(buffer)).first(size),
                            static_cast<std::uint64_t>(at));
            at += static_cast<GlobalIndex>(size);
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    return sum;
}

// Whole words for every rank.
parallel::Range share(const parallel::Communicator& comm, GlobalIndex bytes) {
    const auto words = parallel::block_range((bytes + 7) / 8, comm.size(), comm.rank());
    return {std::min(words.begin * 8, bytes), std::min(words.end * 8, bytes)};
}

// The same on every rank; none where a rank cannot read its part.
std::optional<std::uint64_t> checksum_together(const parallel::Communicator& comm, const std::string& path,
                                               GlobalIndex bytes) {
    const auto mine = checksum_of(path, share(comm, bytes));
    const auto sum = parallel::sum(comm, mine.value_or(0));
    if (parallel::any(comm, !mine)) return std::nullopt;
    return sum;
}

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
    const auto sum = checksum_together(comm, path, static_cast<GlobalIndex>(bytes));
    parallel::together(comm, [&] {
        constexpr Advice advice{"check the space and the state of the file system"};
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

SealCheck check_seal(const parallel::Communicator& comm, const std::string& path) {
    Seal seal;
    if (comm.is_root()) seal = read_seal(path);
    auto& [fault, state] = seal.found;
    fault = parallel::broadcast(comm, fault);
    if (!fault.empty()) return seal.found;
    parallel::broadcast(comm, std::span<std::uint64_t>(seal.words));
    parallel::broadcast(comm, std::span<FileState>(&state, 1));
    const auto sum = checksum_together(comm, path, static_cast<GlobalIndex>(seal.words[1]));
    if (!sum) fault = "a rank cannot read it";
    if (sum && *sum != seal.words[2]) fault = "its checksum is wrong";
    return seal.found;
}

void require_same_file(const SealCheck& checked, const FileState& read, const std::string& path) {
    require<RunError>(checked.state == read, Advice{"leave it alone while it is in use, and run again"},
                      "'{}' was changed while it was read", path);
}

}  // namespace rfhgn::io
