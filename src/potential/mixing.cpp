#include "rfhgn/potential/mixing.hpp"

#include <cmath>

namespace rfhgn::potential {

std::vector<double> pair_values(const std::vector<double>& given, std::size_t species, Mixing mixing) {
    std::vector<double> table;
    const bool one = given.size() == 1;
    if (!one && given.size() != species && given.size() != species * (species + 1) / 2) return table;
    const auto value = [&](std::size_t a, std::size_t b) {  // a <= b
        if (one) return given[0];
        if (given.size() != species) return given[a * species - a * (a + 1) / 2 + b];
        if (mixing == Mixing::arithmetic) return 0.5 * (given[a] + given[b]);
        return a == b ? given[a] : std::sqrt(given[a] * given[b]);
    };
    for (std::size_t a = 0; a < species; ++a)
        for (std::size_t b = 0; b < species; ++b) table.push_back(a < b ? value(a, b) : value(b, a));
    return table;
}

}  // namespace rfhgn::potential
