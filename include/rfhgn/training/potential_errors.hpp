#pragma once
/// Errors of a potential in the units of the data, as potentials are compared in the literature.

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::training {

struct PotentialErrors {
    double force_rmse = 0;  ///< over components
    double force_mae = 0;
    double energy_rmse_per_atom = 0;  ///< of energies over numbers of atoms, over snapshots of known energy
    double energy_mae_per_atom = 0;
    GlobalIndex energies = 0;  ///< known ones
};

/// On all snapshots of one role, with T = |p|²/2m. Energies are judged where snapshots are whole.
/// *Collective.*
PotentialErrors potential_errors(const data::TrainingData& data, const potential::ForceField& field,
                                 linalg::RowRole role);

}  // namespace rfhgn::training
