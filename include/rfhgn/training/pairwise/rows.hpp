#pragma once
/// The rows of the least-squares problem (method: ∂Φ/∂p = dq/dt, ∂Φ/∂q = −dp/dt), produced block by block: of
/// one training set, or of a whole data set (row_kind).

#include <memory>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/target_rows.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"
#include "rfhgn/training/target.hpp"

namespace rfhgn::training {

/// Rows for the kinetic coefficients. The d rows of a node are 2 p_k times one and the same feature vector,
/// so one row 2|p| ∂Φ/∂|p|² with right-hand side p·(dq/dt)/|p| has the same normal equations; what is left
/// over (the part of dq/dt across p) no coefficient can change. For leapfrog steps p is the momentum in the
/// middle of the step, by the forces of the model, whose message coefficients must be solved for. Keeps
/// references to both arguments.
std::unique_ptr<linalg::RowSource> kinetic_rows(const data::TrainingSet& set,
                                                const model::PairwiseModel& model);

/// Rows for the message coefficients: d rows a node, Σ over its edges of ∂Φ/∂r times the unit vector,
/// right-hand side −dp/dt; for leapfrog steps the mean of the rows at both ends. Keeps references to both
/// arguments.
std::unique_ptr<linalg::RowSource> message_rows(const data::TrainingSet& set,
                                                const model::PairwiseModel& model);

/// Rows of known energies for the message coefficients, to stand below those of message_rows. A row is a
/// snapshot s: with T from the model's kinetic energy, whose coefficients must be solved for,
///
///   Σ_edges φ(r_e) · θ + θ_0 n_s = H_s − T_s,   n_s edges, φ the features of an edge.
///
/// Energies are known up to the constant θ_0 of an edge (of a particle where a smooth cutoff leaves no other
/// open: n_s is then their number). It is taken out of every block of snapshots by
/// itself: of every row n_s / Σn times the sum of the block's rows, the least-squares residual of what is
/// left being that at the best θ_0 for rows of weight 1/n_s. No sum then goes over leaves or ranks; of 64
/// snapshots, one equation is lost. A snapshot without energy or edges leaves a row of zeros. Beside
/// rows of forces their weight is in units of 1 / length: best is the noise of a force over the noise of an
/// energy. Keeps references to set and model. Throws InputError when leaves cut through
/// snapshots.
std::unique_ptr<linalg::RowSource> energy_rows(const data::TrainingSet& set,
                                               const model::PairwiseModel& model);

/// Rows of known virials for the message coefficients: of each snapshot the components xx, yy, zz, xy, xz, yz
///
///   −Σ_edges dφ/dr r_a r_b / r · θ = W_ab,
///
/// which are −∂/∂ε_ab of Σ φ · θ under a strain ε of cell and positions (see data::Virial). A snapshot whose
/// virial is not known leaves rows of zeros. Keeps references to set and model. Throws InputError when leaves
/// cut through snapshots or there are no boxes.
std::unique_ptr<linalg::RowSource> virial_rows(const data::TrainingSet& set,
                                               const model::PairwiseModel& model);

/// The rows of a target of a whole data set: see data::TrainingData::rows. The result refers to the model.
data::RowKind row_kind(Target target, const model::PairwiseModel& model, int dimension);

/// How many of a target's rows are zero because nothing is known there (or, of energies, because the constant
/// takes them). *Collective.*
linalg::RowCounts silent_rows(Target target, const data::TrainingData& data);

}  // namespace rfhgn::training
