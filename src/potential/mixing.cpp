#include "rfhgn/potential/mixing.hpp"

#include <cmath>

namespace rfhgn::potential {

namespace {

double mixed(double a, double b, Mixing mixing) {
    return mixing == Mixing::arithmetic ? 0.5 * (a + b) : std::sqrt(a * b);
}

}  // namespace

std::vector<double> pair_values(const std::vector<double>& given, std::size_t species, Mixing mixing) {
    const bool one = given.size() == 1;
    if (!one && given.size() != species && given.size() != species * (species + 1) / 2) return {};
    std::vector<double> table(species * species);
    std::size_t next = 0;  // of those given for pairs
    for (std::size_t a = 0; a < species; ++a) {
        for (std::size_t b = a; b < species; ++b) {
            double value = given[0];
            if (!one && given.size() != species)
                value = given[next++];
            else if (!one && a == b)
                value = given[a];
            else if (!one)
                value = mixed(given[a], given[b], mixing);
            table[a * species + b] = value;
            table[b * species + a] = value;
        }
    }
    return table;
}

}  // namespace rfhgn::potential
