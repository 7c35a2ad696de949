#pragma once
/// Files of text, line by line. All local.

#include <cstdint>
#include <string>
#include <string_view>

#include "rfhgn/base/input_file.hpp"

namespace rfhgn::io {

/// Where something is said, for messages.
struct Line {
    const std::string& path;
    std::int64_t number;    ///< from 1
    std::string_view text;  ///< without its end
};

/// Throws InputError: "'path', line n: what".
[[noreturn]] void refuse(const Line& line, const std::string& what, const char* advice = "correct the line");

/// Lines of a file from a byte on; memory holds a few hundred kilobytes of it.
class TextLines {
  public:
    explicit TextLines(const InputFile& file, std::uint64_t offset = 0, std::int64_t number = 1)
        : file_(file), line_{file.path(), number - 1, {}}, begin_(offset) {}

    /// False at the end of the file. The line is valid until the next. Throws InputError for a line of more
    /// than 16 MiB.
    bool next();
    /// The next line, which must be there: `within` tells in the midst of what the file would end.
    const Line& required(const char* within);
    [[nodiscard]] const Line& line() const { return line_; }
    /// Where the next line begins.
    [[nodiscard]] std::uint64_t offset() const { return begin_ + at_; }

  private:
    bool more();

    const InputFile& file_;
    Line line_;
    std::uint64_t begin_;  // of text_ in the file
    std::string text_;
    std::size_t at_ = 0;
};

}  // namespace rfhgn::io
