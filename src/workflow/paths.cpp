#include "paths.hpp"

#include <filesystem>
#include <unistd.h>

#include <climits>

#include "rfhgn/base/error.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

// More than the longest name of a file here, a separator and ".part" have.
constexpr std::size_t longest_file_name = 64;

// Asked of the nearest folder that exists.
std::size_t longest_name(fs::path path) {
    std::error_code error;
    while (!path.empty() && !fs::exists(path, error) && path != path.parent_path()) path = path.parent_path();
    const long found = pathconf(path.empty() ? "." : path.c_str(), _PC_NAME_MAX);
    return found > 0 ? static_cast<std::size_t>(found) : NAME_MAX;
}

}  // namespace

void require_path(const std::string& path, const std::string& what, std::size_t room) {
    constexpr Advice shorter{"choose a shorter path, or work in another folder"};
    constexpr std::size_t longest = PATH_MAX - 1;  // a zero ends it
    constexpr std::size_t told = 40;
    require(path.size() + room <= longest, shorter, "{} '{}...' has {} bytes, but {} is the most{}", what,
            path.substr(0, told), path.size(), longest - room,
            room > 0 ? " that leaves room for the names of files" : "");
    const auto most = longest_name(path);
    for (const auto& name : fs::path(path))
        require(name.native().size() <= most, shorter,
                "{}: the name '{}...' has {} bytes, but {} is the most that the file system takes", what,
                name.native().substr(0, told), name.native().size(), most);
}

void require_paths(const Context& context) {
    const auto& options = context.options;
    require_path(context.command_line.output, "the output folder", longest_file_name);
    require_path(options.train.data, "train.data");
    require_path(options.train.layers, "train.layers");
    require_path(options.train.update, "train.update");
    require_path(options.tabulate.model, "tabulate.model");
    require_path(options.evaluate.model, "evaluate.model");
    require_path(options.evaluate.data, "evaluate.data");
    require_path(options.rollout.model, "rollout.model");
    require_path(options.rollout.start, "rollout.start");
}

}  // namespace rfhgn::workflow
