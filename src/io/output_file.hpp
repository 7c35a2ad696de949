#pragma once
/// A file that this process alone writes. A new one never leads through a symbolic link to a file elsewhere,
/// and while it is open an advisory lock keeps other runs away. All functions are local; failures are
/// RunErrors.

#include <cstdint>
#include <string>
#include <string_view>

namespace rfhgn::io {

class OutputFile {
  public:
    /// None yet.
    OutputFile() = default;
    /// A new, empty file. A plain one that an interrupted run left there is removed; a symbolic link, a
    /// directory, or a file that another process has locked is not: it is an error.
    static OutputFile create(const std::string& path);
    /// A file of an earlier run, to go on at its end.
    static OutputFile go_on(const std::string& path);

    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&& other) noexcept;

    /// At the end of the file, as one piece.
    void write(std::string_view bytes);
    void cut_to(std::uint64_t bytes);
    void force_to_disk();
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  private:
    OutputFile(const std::string& path, int flags);

    std::string path_;
    int descriptor_ = -1;
};

/// Makes an empty file as OutputFile::create does, for a library to open.
void make_new_file(const std::string& path);

}  // namespace rfhgn::io
