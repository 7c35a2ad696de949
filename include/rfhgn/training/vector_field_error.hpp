#pragma once
/// How far a force field is from the truth.

#include <span>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::training {

/// Error of a vector field (dq/dt, dp/dt) over particles and components.
struct VectorFieldError {
    double mse = 0;                ///< mean square over all 2 d N components
    double relative_velocity = 0;  ///< |Δ dq/dt| / |dq/dt|, Euclidean norms over everything
    double relative_force = 0;     ///< |Δ dp/dt| / |dp/dt|
    GlobalIndex nodes = 0;
    /// Of H over the number of particles, over snapshots of known energy that are whole; 0 where there are
    /// none, and for fields that are not separable.
    double energy_rmse_per_particle = 0;
    GlobalIndex energies = 0;
};

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
