#include "rfhgn/base/units.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn {

bool are_units(std::string_view name) {
    return std::ranges::find(names_of_units, name) != names_of_units.end();
}

Units units_of(const std::string& name) {
    if (name == "reduced" || name == "lj") return {name, 1.0, 1.0};
    require(name == "metal", Advice{"use lj (reduced) or metal (Å, eV, ps, K, g/mol)"},
            "there is no system of units '{}'", name);
    constexpr double electron_volt = 1.602176634e-19;               // J
    constexpr double boltzmann = 1.380649e-23;                      // J/K
    constexpr double gram_per_mole = 1e-3 / 6.02214076e23;          // kg
    constexpr double unit_of_mass = electron_volt * 1e-24 / 1e-20;  // eV ps²/Å² in kg
    return {name, boltzmann / electron_volt, gram_per_mole / unit_of_mass};
}

}  // namespace rfhgn
