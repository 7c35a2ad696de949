#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <unistd.h>

namespace rfhgn::tests {

/// Sends what this process writes to a file descriptor to a temporary file while it lives: the log writes to
/// the real standard output, past the stream buffers that Catch2 can replace.
class CapturedOutput {
  public:
    explicit CapturedOutput(int descriptor)
        : descriptor_(descriptor), shown_(dup(descriptor)), file_(std::tmpfile()) {
        std::fflush(nullptr);
        dup2(fileno(file_), descriptor_);
    }
    ~CapturedOutput() {
        std::fflush(nullptr);
        dup2(shown_, descriptor_);
        close(shown_);
        std::fclose(file_);
    }
    CapturedOutput(const CapturedOutput&) = delete;
    CapturedOutput& operator=(const CapturedOutput&) = delete;

    /// All that was written so far.
    [[nodiscard]] std::string text() const {
        std::fflush(nullptr);
        std::array<char, 65536> bytes{};
        const auto length = pread(fileno(file_), bytes.data(), bytes.size(), 0);
        return {bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    }

  private:
    int descriptor_;
    int shown_;
    std::FILE* file_;
};

}  // namespace rfhgn::tests
