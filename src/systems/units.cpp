#include "rfhgn/systems/units.hpp"

namespace rfhgn::systems {

double temperature(const Units& units, double kinetic_energy, double particles, int dimension) {
    const double freedoms = dimension * (particles - 1.0);
    return freedoms > 0 ? 2.0 * kinetic_energy / (freedoms * units.boltzmann) : 0.0;
}

}  // namespace rfhgn::systems
