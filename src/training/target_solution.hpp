#pragma once
/// From the targets of one problem, weighted against each other, to its coefficients.

#include <functional>
#include <vector>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/training/r_factors.hpp"
#include "rfhgn/training/training_options.hpp"

namespace rfhgn::training {

/// The rows of a target of a whole data set, and how many of them are zero because nothing is known there.
struct TargetKind {
    data::RowKind rows;
    linalg::RowCounts silent{};
};
using TargetKinds = std::function<TargetKind(Target)>;

/// Throws InputError for a target that has a weight and of which nothing is known.
void require_known(Target target, bool known);

/// Forces, and what has a weight.
std::vector<Target> asked_targets(const TrainingOptions& options);

/// Solves for the coefficients of these targets, together with the R factors of `earlier` data (may be null),
/// and leaves R factors and weights of all in `kept` (may be null). *Collective.* Throws InputError when
/// nothing is known of a target that has a weight.
linalg::LeastSquaresSolution solve_targets(const data::TrainingData& data, const TargetKinds& kind_of,
                                           const std::vector<Target>& targets, const TrainingOptions& options,
                                           const RFactors* earlier, RFactors* kept);

/// The same from R factors alone, those of the targets that there are, at their weights; brings weights up to
/// date. *Collective.*
linalg::LeastSquaresSolution solve_kept(const parallel::Communicator& comm,
                                        const std::vector<Target>& targets, const TrainingOptions& options,
                                        RFactors& r_factors);

}  // namespace rfhgn::training
