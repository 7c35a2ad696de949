#include "file_system.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/statvfs.h>
#include <unistd.h>

#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/whole_file.hpp"

#include "output_file.hpp"

namespace rfhgn::io {

namespace {

constexpr Advice check_disk{"check the space and the state of the file system"};

// Of a file that was there before.
Advice advice_after(int error) {
    return error == ENOENT
               ? Advice{"it or its folder was removed during the run; leave the folder alone, and run again"}
               : check_disk;
}

std::string folder_of(const std::string& path) {
    const auto parent = std::filesystem::path(path).parent_path();
    return parent.empty() ? "." : parent.string();
}

void force(const std::string& path, int flags) {
    const int descriptor = open(path.c_str(), flags);
    // Some file systems cannot: EINVAL.
    const bool ok = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL);
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    require<RunError>(ok, advice_after(error), "cannot force '{}' to disk: {}", path, std::strerror(error));
}

}  // namespace

const Advice cannot_go_on{
    "it was changed, removed or damaged since; start from the beginning with --overwrite, or restore it"};

Advice advice_on_written(const std::string& path) {
    std::error_code unknown;
    return advice_after(std::filesystem::exists(path, unknown) ? 0 : ENOENT);
}

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
    const bool ok = std::rename(part.c_str(), path.c_str()) == 0;
    const int error = errno;
    require<RunError>(ok, advice_after(error), "cannot rename '{}' to '{}': {}", part, path,
                      std::strerror(error));
    force(folder_of(path), O_RDONLY | O_DIRECTORY);
}

void write_whole_file(const std::string& path, std::string_view bytes) {
    require_space(path, bytes.size());
    const auto part = part_path(path);
    OutputFile::create(part).write(bytes);
    require<RunError>(InputFile(part).head(bytes.size() + 1) == bytes, check_disk,
                      "'{}' was not written correctly", part);
    put_in_place(path);
}

}  // namespace rfhgn::io
