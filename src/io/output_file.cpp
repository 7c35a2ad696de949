#include "output_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/visible.hpp"
#include "rfhgn/io/whole_file.hpp"

#include "file_system.hpp"

namespace rfhgn::io {

namespace {

constexpr Advice check_disk{"check the space and the state of the file system"};
constexpr Advice check_folder{"check that the directory exists and may be written"};
constexpr Advice in_the_way{"move it away, or write elsewhere"};

// What lies at the path and is no plain file, that a killed run may have left; empty when nothing else is
// there.
std::string stranger_at(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return {};
    if (S_ISLNK(status.st_mode)) return "a symbolic link";
    return S_ISDIR(status.st_mode) ? "a directory" : "something that is no regular file";
}

// File systems without locks must not refuse writers.
bool lock(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

}  // namespace

OutputFile::OutputFile(const std::string& path, int flags) : path_(path) {
    constexpr int always = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    constexpr mode_t by_umask = 0666;
    const auto stranger = stranger_at(path);
    require<RunError>(stranger.empty(), in_the_way, "cannot write '{}': {} is there", path, stranger);
    descriptor_ = open(path.c_str(), always | flags, by_umask);
    const int error = errno;
    require<RunError>(is_open(), check_folder, "cannot write '{}': {}", path, std::strerror(error));
    if (lock(descriptor_)) return;
    close(std::exchange(descriptor_, -1));
    require<RunError>(false,
                      Advice{"wait until the other run has ended, or choose another folder with --output"},
                      "cannot write '{}': another process has locked it", path);
}

OutputFile OutputFile::create(const std::string& path) {
    if (is_taken(path)) {
        const OutputFile leftover(path, 0);  // whoever writes it now must not lose it
        unlink(path.c_str());
    }
    return {path, O_CREAT | O_EXCL};
}

OutputFile OutputFile::go_on(const std::string& path) {
    return {path, O_APPEND};
}

OutputFile::~OutputFile() {
    if (is_open()) close(descriptor_);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

void OutputFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto done = ::write(descriptor_, bytes.data(), bytes.size());
        const int error = errno;
        if (done < 0 && error == EINTR) continue;
        require<RunError>(done > 0, check_disk, "writing '{}' failed: {}", path_, std::strerror(error));
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
}

void OutputFile::cut_to(std::uint64_t bytes) {
    const bool ok = ftruncate(descriptor_, static_cast<off_t>(bytes)) == 0;
    const int error = errno;
    require<RunError>(ok, check_disk, "cannot cut '{}' back: {}", path_, std::strerror(error));
}

void OutputFile::force_to_disk() {
    const bool ok = fsync(descriptor_) == 0;
    const int error = errno;  // EINVAL: a file system that cannot
    require<RunError>(ok || error == EINVAL, check_disk, "cannot force '{}' to disk: {}", path_,
                      std::strerror(error));
}

void make_new_file(const std::string& path) {
    OutputFile::create(path);
}

bool is_taken(const std::string& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0;
}

void require_output_place(const std::string& path) {
    require(!has_control_characters(path), Advice{"choose a name without line ends and control characters"},
            "'{}' cannot be the name of an output", visible_line(path));
    const auto require_no = [](const std::string& name, const std::string& stranger) {
        require(stranger.empty(), in_the_way, "'{}' cannot be written: {} is there", name, stranger);
    };
    require_no(part_path(path), stranger_at(part_path(path)));
    const auto there = stranger_at(path);
    if (there != "a symbolic link") require_no(path, there);  // a link is replaced, not followed
}

void require_output_file(const std::string& path, bool overwrite, const std::string& command,
                         const std::vector<std::string>& inputs) {
    require_output_place(path);
    for (const auto& input : inputs) {
        std::error_code ignored;
        require(!std::filesystem::equivalent(path, input, ignored), Advice{"name another file"},
                "'{}' would be replaced by this {}, which needs it", input, command);
    }
    require(!is_taken(part_path(path)), in_the_way, "'{}', where '{}' would be written aside, exists already",
            part_path(path), path);
    require(overwrite || !is_taken(path), Advice{"name another file, or pass --overwrite"},
            "'{}' exists already", path);
}

}  // namespace rfhgn::io
