#include "result_files.hpp"

#include <filesystem>

#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/file_content.hpp"

namespace fs = std::filesystem;

namespace rfhgn::workflow {

bool is_there(const std::string& path) {
    return fs::exists(fs::symlink_status(path));
}

bool same_file(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return fs::equivalent(a, b, ignored);
}

bool same_place(const std::string& a, const std::string& b) {
    std::error_code unknown;
    const auto place = [&](const std::string& path) {
        return fs::weakly_canonical(fs::absolute(path, unknown), unknown);
    };
    const auto here = place(a);
    return !unknown && here == place(b) && !unknown;
}

std::string text_of(const std::string& path) {
    constexpr std::uint64_t most = std::uint64_t{1} << 24U;
    return io::file_stamp(path) ? InputFile(path).head(most) : std::string();
}

}  // namespace rfhgn::workflow
