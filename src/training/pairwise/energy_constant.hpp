#pragma once
/// θ_0, which the vector field does not see. It is shared out over edges: energies of larger systems then
/// come out right.

#include "rfhgn/training/pairwise/pairwise_training.hpp"

namespace rfhgn::training {

/// From the known energies of training snapshots; the model's coefficients are there. *Collective.*
void fix_energy_constant(const data::TrainingData& data, model::PairwiseModel& model);
/// From sums over features, which are cut to those that the model has coefficients for. Local.
void fix_energy_constant(EnergySums& sums, model::PairwiseModel& model);

}  // namespace rfhgn::training
