#pragma once
/// The rows of the least-squares problem (method: ∂Φ/∂p = dq/dt, ∂Φ/∂q = −dp/dt), produced block by block.

#include <memory>

#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/model/pairwise_model.hpp"
#include "rfhgn/training/training_set.hpp"

namespace rfhgn::training {

/// Rows for the kinetic coefficients. The d rows of a node are 2 p_k times one and the same feature vector,
/// so one row 2|p| ∂Φ/∂|p|² with right-hand side p·(dq/dt)/|p| has the same normal equations; what is left
/// over (the part of dq/dt across p) no coefficient can change. For leapfrog steps p is the momentum in the
/// middle of the step, by the forces of the model, whose message coefficients must be solved for. Keeps
/// references to both arguments.
std::unique_ptr<linalg::RowSource> kinetic_rows(const TrainingSet& set, const model::PairwiseModel& model);

/// Rows for the message coefficients: d rows a node, Σ over its edges of ∂Φ/∂r times the unit vector,
/// right-hand side −dp/dt; for leapfrog steps the mean of the rows at both ends. Keeps references to both
/// arguments.
std::unique_ptr<linalg::RowSource> message_rows(const TrainingSet& set, const model::PairwiseModel& model);

}  // namespace rfhgn::training
