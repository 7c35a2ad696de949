#include "rfhgn/dynamics/saved_state.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::dynamics {

namespace {

constexpr Advice does_not_fit{"the checkpoint is of a run with other observers; start from the beginning"};

template <class Map>
void move_under(const std::string& name, Map& arrays, Map& all) {
    for (auto& [key, array] : arrays) all.insert_or_assign(fmt::format("{}/{}", name, key), std::move(array));
}

template <class Map>
Map below(const std::string& name, const Map& all) {
    const auto prefix = name + "/";
    Map found;
    for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix); ++at)
        found.emplace(at->first.substr(prefix.size()), at->second);
    return found;
}

template <class Map>
const auto& at(const Map& arrays, const std::string& name) {
    const auto found = arrays.find(name);
    require(found != arrays.end(), does_not_fit, "the checkpoint has no array '{}'", name);
    return found->second;
}

}  // namespace

void SavedState::add(const std::string& name, SavedState part) {
    move_under(name, part.values, values);
    move_under(name, part.particles, particles);
}

SavedState SavedState::part(const std::string& name) const {
    return {below(name, values), below(name, particles)};
}

const std::vector<double>& SavedState::value(const std::string& name) const {
    return at(values, name);
}

const std::vector<double>& SavedState::particle(const std::string& name, int width) const {
    const auto& array = at(particles, name);
    require(array.width == width, does_not_fit,
            "the checkpoint's array '{}' has {} columns, but {} are needed", name, array.width, width);
    return array.values;
}

double SavedState::number(const std::string& name) const {
    const auto& array = value(name);
    require(array.size() == 1, does_not_fit, "the checkpoint's array '{}' has {} values, but must have one",
            name, array.size());
    return array.front();
}

}  // namespace rfhgn::dynamics
