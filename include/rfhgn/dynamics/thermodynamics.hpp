#pragma once

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/systems/units.hpp"

namespace rfhgn::dynamics {

/// 2 T / (d (N − 1) k) with 2 T = Σ p·v, and (Σ p·v + trace of the virial) / (d volume), in units of energy
/// per volume.
struct Thermodynamics {
    double temperature = 0;
    double pressure = 0;
};

/// Of one instant of a fluid that `field` moves. *Collective.*
Thermodynamics thermodynamics(const parallel::Communicator& comm, const StepView& frame,
                              const potential::ForceField& field, const systems::Units& units, double volume);

}  // namespace rfhgn::dynamics
