#include "rfhgn/potential/species_names.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/visible.hpp"

namespace rfhgn::potential {

std::string numbered(const SpeciesNames& names) {
    std::vector<std::string> said;
    for (std::size_t s = 0; s < names.size(); ++s)
        if (!names[s].empty()) said.push_back(fmt::format("{} {}", s, visible_line(names[s])));
    return said.empty() ? "not named" : fmt::format("{}", fmt::join(said, ", "));
}

std::string called(int species, const SpeciesNames& names) {
    const auto s = static_cast<std::size_t>(species);
    const bool named = species >= 0 && s < names.size() && !names[s].empty();
    return named ? fmt::format("{} ({})", species, names[s]) : std::to_string(species);
}

bool distinct(const SpeciesNames& names) {
    std::set<std::string> seen;
    return std::ranges::all_of(names,
                               [&](const auto& name) { return name.empty() || seen.insert(name).second; });
}

bool agree(const SpeciesNames& a, const SpeciesNames& b) {
    for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s)
        if (!a[s].empty() && !b[s].empty() && a[s] != b[s]) return false;
    auto both = a;
    both.resize(std::max(a.size(), b.size()));
    for (std::size_t s = 0; s < b.size(); ++s)
        if (both[s].empty()) both[s] = b[s];
    return distinct(both);
}

SpeciesNames united(SpeciesNames a, const SpeciesNames& b) {
    RFHGN_ASSERT(agree(a, b));
    a.resize(std::max(a.size(), b.size()));
    for (std::size_t s = 0; s < b.size(); ++s)
        if (a[s].empty()) a[s] = b[s];
    return a;
}

SpeciesNames renamed(const SpeciesNames& names, const SpeciesNames& as) {
    auto result = as;
    const auto known = [&](const std::string& name) {
        return name.empty() || std::ranges::find(as, name) != as.end();
    };
    const bool more = !std::ranges::all_of(names, known);
    if (more) result.resize(std::max(names.size(), as.size()));
    std::ranges::copy_if(names, std::back_inserter(result), [&](const auto& name) { return !known(name); });
    return result;
}

}  // namespace rfhgn::potential
