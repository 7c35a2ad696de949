#pragma once
/// Problems whose rows are of several kinds, called targets (forces, energies, virials). One pass reduces
/// each target to R factors of its own; weights join them afterwards, R of [R_1; w_2 R_2; ...], so that
/// another weight costs no pass over rows.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/linalg/factor_checkpoint.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::linalg {

/// What the rows of a target are multiplied by.
struct Weight {
    double value = 1.0;      ///< > 0; where the weight is chosen, what was chosen
    bool automatic = false;  ///< chosen: the noise of the first target over that of this one
    friend bool operator==(const Weight&, const Weight&) = default;
};

struct RowCounts {
    GlobalIndex training = 0;
    GlobalIndex held_out = 0;
};

/// The rows of a target. All targets of a problem have the same columns and leaves; the first has weight 1.
struct TargetRows {
    std::string name;
    const RowSource& rows;
    Weight weight{};
    RowCounts silent{};  ///< rows of all ranks that are zero as nothing is known there: they do not count
    FactorCheckpoint* keeper = nullptr;    ///< may be null
    const RFactorPair* earlier = nullptr;  ///< of rows of an earlier time, that are gone; may be null
};

/// What is left of a target without its rows.
struct TargetFactors {
    std::string name;
    RFactorPair r_factors;  ///< without the weight
    Weight weight{};
};

/// How a target was fitted, in units of its own right-hand side.
struct TargetReport {
    std::string name;
    Weight weight;
    GlobalIndex rows = 0;  ///< those that count
    GlobalIndex held_out_rows = 0;
    double training_error = 0;  ///< |Zθ − u| / |u|
    double held_out_error = 0;  ///< NaN without held-out rows
    double noise = 0;           ///< see target_noise
};

/// Rows of either role on all ranks. *Collective.*
GlobalIndex all_rows(const parallel::Communicator& comm, const RowSource& source);

/// R factors of the rows of all targets, each multiplied by its weight. Local.
RFactorPair joined(std::span<const RFactorPair> factors, std::span<const double> weights);

}  // namespace rfhgn::linalg
