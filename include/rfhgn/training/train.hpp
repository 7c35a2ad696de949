#pragma once
/// Data set -> sampled model -> rows -> coefficients -> held-out errors.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/model/sampling.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/training/r_factors.hpp"

namespace rfhgn::training {

/// The keys of [train] besides file names.
struct TrainingOptions {
    std::string rates = "given";         ///< where dq/dt and dp/dt come from: see time_series.hpp
    config::NumberOrAuto energy_weight;  ///< of rows of known energies beside those of forces: see rows.hpp
    config::NumberOrAuto virial_weight;  ///< of rows of known virials
    double held_out = 0.2;               ///< fraction of trajectories that judge the ridge and the fit
    bool uncertainty = true;             ///< keep what standard deviations of predictions need
    bool keep_factor = false;            ///< leave behind what further training needs
    linalg::LeastSquaresOptions least_squares;
    data::StreamOptions data;
    /// Makes what keeps R factors ("message", "kinetic", "energy", "virial") while their rows are gone
    /// through; empty: nothing is kept. Not a key.
    std::function<std::shared_ptr<linalg::FactorCheckpoint>(const std::string& problem)> keeper{};

    void bind(config::Section section);
};

/// Error of a vector field (dq/dt, dp/dt) over particles and components.
struct VectorFieldError {
    double mse = 0;                ///< mean square over all 2 d N components
    double relative_velocity = 0;  ///< |Δ dq/dt| / |dq/dt|, Euclidean norms over everything
    double relative_force = 0;     ///< |Δ dp/dt| / |dp/dt|
    GlobalIndex nodes = 0;
};

struct TrainingResult {
    model::PairwiseModel model;
    linalg::LeastSquaresReport kinetic;  ///< empty (columns == 0) when the kinetic energy is known
    linalg::LeastSquaresReport message;
    std::optional<RFactors> r_factors;  ///< of all data; when kept, or added to earlier ones
    VectorFieldError training;          ///< on data that are at hand
    VectorFieldError held_out;          ///< nodes == 0 when nothing is held out
    parallel::PhaseTimes times;         ///< "sampling", "solve" (rows to coefficients), "errors" (after them)
};

/// Trains. *Collective.* Throws InputError for data that cannot be learned from.
TrainingResult train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                     const TrainingOptions& options);
/// The same on data in memory.
TrainingResult train(const data::TrainingSet& set, const model::SamplingOptions& sampling,
                     const TrainingOptions& options);

/// Trains the coefficients of given hidden layers. With R factors of earlier data the result is that of
/// training on all of them together; `layers.training_range` grows. *Collective.* Throws InputError when the
/// layers do not fit the data.
TrainingResult train_layers(const data::TrainingData& data, const model::PairwiseModel& layers,
                            const TrainingOptions& options, const RFactors* earlier = nullptr);

/// The coefficients of given hidden layers from R factors alone. *Collective.*
TrainingResult solve_layers(const parallel::Communicator& comm, const model::PairwiseModel& layers,
                            const RFactors& r_factors, const TrainingOptions& options);

/// How wide a solved problem's columns are at most: decides the leaves of the training set.
int widest_problem(const model::SamplingOptions& sampling);
int widest_problem(const model::PairwiseModel& layers);

/// Errors of a force field's (dq/dt, dp/dt) on the snapshots of each role, in one pass; of leapfrog steps,
/// the errors of their equations. *Collective.*
struct VectorFieldErrors {
    VectorFieldError training;
    VectorFieldError held_out;
};
VectorFieldErrors vector_field_errors(const data::TrainingData& data, const potential::ForceField& field);

/// On all snapshots of one role, in memory. *Collective.*
VectorFieldError vector_field_error(const data::TrainingSet& set, const potential::ForceField& field,
                                    linalg::RowRole role);

/// Error of a model's vector field against the exact one at one state; arrays [owned + ghosts, d], halo (of
/// momenta too, where the model sees those of ghosts) up to date. *Collective.*
VectorFieldError vector_field_error(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const potential::ForceField& learned, const potential::ForceField& exact,
                                    std::span<const double> positions, std::span<const double> momenta);

}  // namespace rfhgn::training
