#include "seal.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/io/file_content.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::io {

namespace {

using Words = std::array<std::uint64_t, 3>;  // mark, bytes before the seal, their checksum
constexpr std::uint64_t mark = 0x316c6165736e6766U;
static_assert(sizeof(Words) == seal_bytes);

struct Seal {
    std::string fault;
    Words words{};
};

Seal read_seal(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return {error.message()};
    if (size < seal_bytes) return {"it is too short"};
    Seal found;
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(size - seal_bytes));
    if (!file.read(reinterpret_cast<char*>(found.words.data()), seal_bytes)) return {"it cannot be read"};
    if (found.words[0] != mark) return {"its end is missing"};
    if (found.words[1] != size - seal_bytes) return {"its length is wrong"};
    return found;
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
        constexpr Advice advice{"check the space and the state of the file system"};
        require<RunError>(sum.has_value(), advice, "'{}' cannot be read back", path);
        if (!comm.is_root()) return;
        const Words words{mark, bytes, *sum};
        std::ofstream file(path, std::ios::binary | std::ios::app);
        file.write(reinterpret_cast<const char*>(words.data()), seal_bytes);
        file.close();
        require<RunError>(file.good() && read_seal(path).fault.empty(), advice,
                          "writing the end of '{}' failed: {}", path, std::strerror(errno));
    });
}

std::string sealed(std::string bytes) {
    const Words words{mark, bytes.size(), checksum(bytes)};
    bytes.append(reinterpret_cast<const char*>(words.data()), seal_bytes);
    return bytes;
}

bool has_seal(const std::string& path) {
    return read_seal(path).fault.empty();
}

std::string seal_fault(const parallel::Communicator& comm, const std::string& path) {
    Seal found;
    if (comm.is_root()) found = read_seal(path);
    found.fault = parallel::broadcast(comm, found.fault);
    if (!found.fault.empty()) return found.fault;
    parallel::broadcast(comm, std::span<std::uint64_t>(found.words));
    const auto sum = checksum_of_file(comm, path, static_cast<GlobalIndex>(found.words[1]));
    if (!sum) return "a rank cannot read it";
    return *sum == found.words[2] ? "" : "its checksum is wrong";
}

}  // namespace rfhgn::io
