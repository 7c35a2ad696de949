#pragma once
/// What rows.hpp makes of each target; each beside its rows.

#include "rfhgn/training/pairwise/rows.hpp"

namespace rfhgn::training {

data::RowKind kinetic_row_kind(const model::PairwiseModel& model);
data::RowKind message_row_kind(const model::PairwiseModel& model, int dimension);
data::RowKind energy_row_kind(const model::PairwiseModel& model);
data::RowKind virial_row_kind(const model::PairwiseModel& model);

/// Of one training set. Local.
linalg::RowCounts silent_energy_rows(const data::TrainingSet& set);
linalg::RowCounts silent_virial_rows(const data::TrainingSet& set);

}  // namespace rfhgn::training
