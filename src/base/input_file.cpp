#include "rfhgn/base/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rfhgn {

namespace {

// Why it is no file to read from; empty for a regular one.
std::string wrong_kind(const struct stat& status) {
    switch (status.st_mode & S_IFMT) {
        case S_IFREG:
            return {};
        case S_IFDIR:
            return "it is a directory";
        case S_IFIFO:
            return "it is a pipe (FIFO), not a regular file";
        case S_IFSOCK:
            return "it is a socket, not a regular file";
        default:
            return "it is a device, not a regular file";
    }
}

FileState state_from(const struct stat& status) {
    return {status.st_ino, static_cast<std::uint64_t>(status.st_size), status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec};
}

// The descriptor, or the reason why there is none. Whatever is no regular file is not even opened: that alone
// may wait for a writer, or rewind a tape.
std::pair<int, std::string> open_regular(const std::string& path, struct stat& status) {
    if (stat(path.c_str(), &status) != 0) return {-1, std::strerror(errno)};
    if (auto fault = wrong_kind(status); !fault.empty()) return {-1, std::move(fault)};
    const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) return {-1, std::strerror(errno)};
    std::string fault = fstat(descriptor, &status) == 0 ? wrong_kind(status) : std::strerror(errno);
    if (fault.empty()) return {descriptor, {}};
    close(descriptor);
    return {-1, std::move(fault)};
}

}  // namespace

InputFile::InputFile(std::string path, Advice advice, const char* kind) : path_(std::move(path)) {
    struct stat status {};
    auto [descriptor, fault] = open_regular(path_, status);
    require(fault.empty(), advice, "cannot read {}'{}': {}", kind, path_, fault);
    descriptor_ = descriptor;
    state_ = state_from(status);
}

InputFile::~InputFile() {
    if (descriptor_ >= 0) close(descriptor_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      state_(other.state_) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    state_ = other.state_;
    return *this;
}

void InputFile::require_unchanged() const {
    struct stat status {};
    const bool known = fstat(descriptor_, &status) == 0;
    constexpr Advice advice{"leave it alone while it is in use, and run again"};
    require<RunError>(known && static_cast<std::uint64_t>(status.st_size) == state_.size, advice,
                      "'{}' was changed while it was read: it had {} bytes and now has {}", path_,
                      state_.size, known ? status.st_size : 0);
    require<RunError>(state_from(status) == state_, advice,
                      "'{}' was changed while it was read: it was written to", path_);
}

std::size_t InputFile::read(char* to, std::size_t count, std::uint64_t offset) const {
    constexpr std::size_t most_at_once = std::size_t{1} << 30U;
    std::size_t done = 0;
    while (done < count) {
        const auto got = pread(descriptor_, to + done, std::min(count - done, most_at_once),
                               static_cast<off_t>(offset + done));
        const int error = errno;
        if (got < 0 && error == EINTR) continue;
        require<RunError>(got >= 0, Advice{"check the state of the file system"}, "cannot read '{}': {}",
                          path_, std::strerror(error));
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

std::string InputFile::head(std::uint64_t most) const {
    std::string bytes(std::min(most, state_.size), '\0');
    bytes.resize(read(bytes.data(), bytes.size(), 0));
    return bytes;
}

}  // namespace rfhgn
