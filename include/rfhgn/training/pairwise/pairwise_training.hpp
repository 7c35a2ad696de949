#pragma once
/// Training of pairwise models: data set -> sampled layers -> rows -> coefficients -> held-out errors.

#include <optional>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/model/pairwise/pairwise_sampling.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/training/r_factors.hpp"
#include "rfhgn/training/training_options.hpp"
#include "rfhgn/training/vector_field_error.hpp"

namespace rfhgn::training {

struct PairwiseTrainingResult {
    model::PairwiseModel model;
    linalg::LeastSquaresReport kinetic;  ///< empty (columns == 0) when the kinetic energy is known
    linalg::LeastSquaresReport message;
    std::optional<RFactors> r_factors;  ///< of all data; when kept, or added to earlier ones
    VectorFieldError training;          ///< on data that are at hand
    VectorFieldError held_out;          ///< nodes == 0 when nothing is held out
    parallel::PhaseTimes times;         ///< "sampling", "solve" (rows to coefficients), "errors" (after them)
};

/// Trains. *Collective.* Throws InputError for data that cannot be learned from.
PairwiseTrainingResult train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                             const TrainingOptions& options);
/// The same on data in memory.
PairwiseTrainingResult train(const data::TrainingSet& set, const model::SamplingOptions& sampling,
                             const TrainingOptions& options);

/// Trains the coefficients of given hidden layers. With R factors of earlier data the result is that of
/// training on all of them together; `layers.training_range` grows. *Collective.* Throws InputError when the
/// layers do not fit the data.
PairwiseTrainingResult train_layers(const data::TrainingData& data, const model::PairwiseModel& layers,
                                    const TrainingOptions& options, const RFactors* earlier = nullptr);

/// The coefficients of given hidden layers from R factors alone. *Collective.*
PairwiseTrainingResult solve_layers(const parallel::Communicator& comm, const model::PairwiseModel& layers,
                                    const RFactors& r_factors, const TrainingOptions& options);

/// *Collective.*
EnergySums energy_sums(const data::TrainingData& data, const model::PairwiseModel& model);
/// (Σ known energies − Σ energies of the model without its constant) / edges; 0 where no energy is known.
double energy_per_edge(const EnergySums& sums, const model::PairwiseModel& model);

}  // namespace rfhgn::training
