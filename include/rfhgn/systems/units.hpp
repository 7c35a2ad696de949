#pragma once

#include "rfhgn/base/units.hpp"

namespace rfhgn::systems {

using rfhgn::Units;
using rfhgn::units_of;

/// 2T / (d (N − 1) k): momenta add up to nothing, so that d degrees of freedom have no kinetic energy. 0 for
/// one particle.
double temperature(const Units& units, double kinetic_energy, double particles, int dimension);

}  // namespace rfhgn::systems
