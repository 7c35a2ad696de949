#include "file_system.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/statvfs.h>
#include <unistd.h>

namespace rfhgn::io {

namespace {

constexpr Advice check_disk{"check the space and the state of the file system"};

std::string folder_of(const std::string& path) {
    const auto parent = std::filesystem::path(path).parent_path();
    return parent.empty() ? "." : parent.string();
}

void force(const std::string& path, int flags) {
    const int descriptor = open(path.c_str(), flags);
    const bool ok = descriptor >= 0 && fsync(descriptor) == 0;
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    require<RunError>(ok, check_disk, "cannot force '{}' to disk: {}", path, std::strerror(error));
}

}  // namespace

const Advice cannot_go_on{
    "it was changed, removed or damaged since; start from the beginning with --overwrite, or restore it"};

void force_to_disk(const std::string& path) {
    force(path, O_RDONLY);
}

std::string part_path(const std::string& path) {
    return path + ".part";
}

void require_space(const std::string& path, std::uint64_t bytes) {
    struct statvfs state {};
    // Where the file system does not tell, the write itself must.
    if (statvfs(folder_of(path).c_str(), &state) != 0) return;
    const double free = static_cast<double>(state.f_bavail) * static_cast<double>(state.f_frsize);
    const double needed = 1.1 * static_cast<double>(bytes) + 1e6;
    require<RunError>(free >= needed, Advice{"free some space, or write to another file system"},
                      "no space for '{}': {:.1f} MB are needed, {:.1f} MB are free", path, needed / 1e6,
                      free / 1e6);
}

std::optional<double> file_system_bytes(const std::string& path) {
    struct statvfs state {};
    if (statvfs(folder_of(path).c_str(), &state) != 0) return std::nullopt;
    return static_cast<double>(state.f_blocks) * static_cast<double>(state.f_frsize);
}

void put_in_place(const std::string& path) {
    const auto part = part_path(path);
    force_to_disk(part);
    require<RunError>(std::rename(part.c_str(), path.c_str()) == 0, check_disk,
                      "cannot rename '{}' to '{}': {}", part, path, std::strerror(errno));
    force(folder_of(path), O_RDONLY | O_DIRECTORY);
}

void write_whole_file(const std::string& path, const std::string& bytes) {
    require_space(path, bytes.size());
    const auto part = part_path(path);
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    require<RunError>(file.is_open(), Advice{"check that the directory exists and may be written"},
                      "cannot write '{}': {}", part, std::strerror(errno));
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    require<RunError>(file.good() && read_whole_file(part) == bytes, check_disk,
                      "'{}' was not written correctly", part);
    put_in_place(path);
}

std::string read_whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    require(file.is_open() && !std::filesystem::is_directory(path), Advice{"check the path"},
            "cannot read '{}': {}", path, file.is_open() ? "it is a directory" : std::strerror(errno));
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace rfhgn::io
