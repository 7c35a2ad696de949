#include "rfhgn/systems/units.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::systems {

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

double temperature(const Units& units, double kinetic_energy, double particles, int dimension) {
    const double freedoms = dimension * (particles - 1.0);
    return freedoms > 0 ? 2.0 * kinetic_energy / (freedoms * units.boltzmann) : 0.0;
}

}  // namespace rfhgn::systems
