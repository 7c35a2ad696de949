#pragma once
/// Training of the coordinate network (see model/coordinate_network.hpp): sampled layers, then one
/// least-squares problem for all coefficients, as features see positions and momenta.

#include "rfhgn/model/coordinate_network/body_frame.hpp"
#include "rfhgn/model/coordinate_network/coordinate_network.hpp"
#include "rfhgn/training/trainer.hpp"

namespace rfhgn::training {

/// Rows of the problem, 2 d a node: ∂Φ/∂q with right-hand side −dp/dt, then ∂Φ/∂p with dq/dt. Derivatives go
/// through the frame, hence rows of a node need sums over its snapshot: those of a snapshot that lies within
/// a block come from its rows, those of a larger one from a pass over its nodes. Memory is bounded by a
/// block. Keeps references to both arguments.
std::unique_ptr<linalg::RowSource> coordinate_rows(const data::TrainingSet& set,
                                                   const model::CoordinateNetwork& model);
/// Of a whole data set: see data::TrainingData::rows.
std::unique_ptr<linalg::RowSource> coordinate_rows(const data::TrainingData& data,
                                                   const model::CoordinateNetwork& model);

struct CoordinateTrainingResult {
    model::CoordinateNetwork model;
    linalg::LeastSquaresReport fit;
    VectorFieldError training;
    VectorFieldError held_out;   ///< nodes == 0 when nothing is held out
    parallel::PhaseTimes times;  ///< "sampling", "solve", "errors"
};

/// *Collective.* Throws InputError for data that cannot be learned from (a snapshot whose particles span no
/// frame) and for options that this network does not know.
CoordinateTrainingResult train_coordinates(const data::TrainingData& data,
                                           const model::SamplingOptions& sampling,
                                           const TrainingOptions& options);

}  // namespace rfhgn::training
