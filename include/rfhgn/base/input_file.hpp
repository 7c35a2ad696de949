#pragma once
/// Files that are read: regular ones only. A FIFO or a device would keep a run waiting, or never end.

#include <cstdint>
#include <string>

#include "rfhgn/base/error.hpp"

namespace rfhgn {

/// What changes when somebody writes to a file, cuts it, or puts another in its place.
struct FileState {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t seconds = 0;  ///< of the last time it was written
    std::int64_t nanoseconds = 0;

    bool operator==(const FileState&) const = default;
};

/// A regular file that is open for reading. All functions are local.
class InputFile {
  public:
    /// Throws InputError that says why the file cannot be read. `kind` is for the message: "the deck ".
    explicit InputFile(std::string path, Advice advice = {"check the path"}, const char* kind = "");
    ~InputFile();
    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&& other) noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// When it was opened.
    [[nodiscard]] const FileState& state() const noexcept { return state_; }
    /// Throws RunError when the file is no longer what it was when it was opened.
    void require_unchanged() const;
    /// Up to `count` bytes from `offset` on; fewer where the file ends. Throws RunError when reading fails.
    std::size_t read(char* to, std::size_t count, std::uint64_t offset) const;
    /// The first `most` bytes, or all that there are.
    [[nodiscard]] std::string head(std::uint64_t most) const;

  private:
    std::string path_;
    int descriptor_ = -1;
    FileState state_;
};

}  // namespace rfhgn
