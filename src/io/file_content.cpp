#include "rfhgn/io/file_content.hpp"

#include <algorithm>
#include <span>
#include <sys/stat.h>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::io {

namespace {

// Whole words for every rank.
parallel::Range share(const parallel::Communicator& comm, GlobalIndex bytes) {
    const auto words = parallel::block_range((bytes + 7) / 8, comm.size(), comm.rank());
    return {std::min(words.begin * 8, bytes), std::min(words.end * 8, bytes)};
}

}  // namespace

std::optional<FileStamp> file_stamp(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    constexpr std::int64_t nanoseconds = 1000000000;
    return FileStamp{status.st_dev, status.st_ino, status.st_size,
                     status.st_ctim.tv_sec * nanoseconds + status.st_ctim.tv_nsec};
}

std::optional<std::uint64_t> checksum_of_bytes(const std::string& path, parallel::Range bytes) {
    constexpr GlobalIndex largest_piece = GlobalIndex{1} << 20U;
    std::vector<char> buffer(
        static_cast<std::size_t>(std::clamp<GlobalIndex>(bytes.size(), 0, largest_piece)));
    std::uint64_t sum = 0;
    try {
        const InputFile file(path);
        for (auto at = bytes.begin; at < bytes.end;) {
            const auto size = static_cast<std::size_t>(
                std::min<GlobalIndex>(static_cast<GlobalIndex>(buffer.size()), bytes.end - at));
            const auto offset = static_cast<std::uint64_t>(at);
            if (file.read(buffer.data(), size, offset) < size) return std::nullopt;
            sum += checksum(std::as_bytes(std::span<const char>(buffer)).first(size), offset);
            at += static_cast<GlobalIndex>(size);
        }
    } catch (const Error&) {
        return std::nullopt;
    }
    return sum;
}

std::optional<std::uint64_t> checksum_of_file(const parallel::Communicator& comm, const std::string& path,
                                              std::int64_t bytes) {
    const auto mine = checksum_of_bytes(path, share(comm, bytes));
    const auto sum = parallel::sum(comm, mine.value_or(0));
    if (parallel::any(comm, !mine)) return std::nullopt;
    return sum;
}

std::string file_digest(const parallel::Communicator& comm, const std::string& path) {
    std::int64_t bytes = -1;
    if (comm.is_root())
        if (const auto stamp = file_stamp(path)) bytes = stamp->bytes;
    parallel::broadcast(comm, std::span<std::int64_t>(&bytes, 1));
    if (bytes < 0) return {};
    const auto sum = checksum_of_file(comm, path, bytes);
    return sum ? fmt::format("{}:{:016x}", bytes, *sum) : "";
}

}  // namespace rfhgn::io
