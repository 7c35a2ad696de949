// Which checkpoints there are, and how many stay.
#include "checkpoint_files.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "file_system.hpp"
#include "seal.hpp"

namespace rfhgn::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kept = 2;

// The step in STEM-<step>.h5; none for other names.
std::optional<std::int64_t> step_of(const std::string& name, const std::string& stem) {
    const auto begin = stem.size() + 1;
    if (!name.starts_with(stem + "-") || !name.ends_with(".h5") || name.size() <= begin + 3) return {};
    std::int64_t step = 0;
    const char* const end = name.data() + name.size() - 3;
    const auto read = std::from_chars(name.data() + begin, end, step);
    if (read.ec != std::errc() || read.ptr != end) return {};
    return step;
}

}  // namespace

std::string checkpoint_path(const CheckpointPlace& place, std::int64_t step) {
    return fmt::format("{}/{}-{}.h5", place.folder, place.stem, step);
}

std::vector<std::string> newest_first(const CheckpointPlace& place) {
    std::vector<std::int64_t> steps;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(place.folder, error))
        if (const auto step = step_of(entry.path().filename().string(), place.stem)) steps.push_back(*step);
    std::sort(steps.rbegin(), steps.rend());
    std::vector<std::string> paths;
    paths.reserve(steps.size());
    for (const auto step : steps) paths.push_back(checkpoint_path(place, step));
    return paths;
}

std::vector<std::string> checkpoint_files(const CheckpointPlace& place) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(place.folder, error)) {
        auto name = entry.path().filename().string();
        if (name.ends_with(".part")) name.resize(name.size() - 5);
        if (step_of(name, place.stem)) paths.push_back(entry.path().string());
    }
    return paths;
}

bool is_own_file(const std::string& path) {
    return path.ends_with(".part") || has_seal(path);
}

void remove_old_checkpoints(const CheckpointPlace& place, const std::string& newest) {
    const auto paths = newest_first(place);
    // Steps only grow, but a restart may have passed over damaged ones with greater steps.
    std::size_t others = 0;
    std::error_code error;
    const auto at = std::find(paths.begin(), paths.end(), newest);
    for (auto later = paths.begin(); later != at; ++later)
        if (has_seal(*later)) fs::remove(*later, error);
    for (auto earlier = at; earlier != paths.end(); ++earlier)
        if (++others > kept && has_seal(*earlier)) fs::remove(*earlier, error);
    for (const auto& path : checkpoint_files(place))
        if (path.ends_with(".part")) fs::remove(path, error);
}

}  // namespace rfhgn::io
