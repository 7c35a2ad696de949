#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model::many_body {

/// Sets place[i] of species[i] among the known ones, which are ascending. Throws InputError for another.
inline void find_places(const std::vector<int>& known, std::span<const int> species,
                        std::vector<int>& place) {
    place.resize(species.size());
    for (std::size_t i = 0; i < species.size(); ++i) {
        const auto found = std::ranges::lower_bound(known, species[i]);
        require(found != known.end() && *found == species[i],
                Advice{"train a model on data that have this species"},
                "an atom has species {}, the model knows the species {} only", species[i],
                fmt::join(known, ", "));
        place[i] = static_cast<int>(found - known.begin());
    }
}

}  // namespace rfhgn::model::many_body
