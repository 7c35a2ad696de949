#pragma once
/// min over θ of |Z θ − u|² + λ²|D θ|², Z tall, dense and as a rule numerically rank deficient; D holds the
/// norms of Z's columns. One streaming pass reduces [Z u] to an R factor (Householder, fixed binary tree over
/// leaves); its bidiagonal form answers rank, condition and every λ; KSP LSQR on [Z D⁻¹; λ I] R_λ⁻¹ certifies
/// and refines the direct solution.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfhgn/linalg/factor_checkpoint.hpp"
#include "rfhgn/linalg/leave_one_out.hpp"
#include "rfhgn/linalg/prune.hpp"
#include "rfhgn/linalg/ridge.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/linalg/target_rows.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::config {
class Section;
}

namespace rfhgn::linalg {

struct LeastSquaresOptions {
    double ridge = -1.0;        ///< λ relative to the largest singular value of the scaled R; < 0: chosen
    double ridge_floor = -1.0;  ///< smallest λ that is tried or used; < 0: see default_floor
    int lsqr_iterations = 3;    ///< refinement steps at most; 0: direct solution only
    std::string method =
        "direct";  ///< "direct" (R factor, then LSQR certifies) or "lsqr" (plain KSP LSQR, to compare)
    std::string rows = "auto";   ///< "keep", "recompute", or "auto" by `row_memory`
    double row_memory = 1024;    ///< MiB per rank that kept rows may take
    double prune_tolerance = 0;  ///< relative error that is good enough to leave columns away; 0: keep all
    int pruning_unit = 1;        ///< as many columns stay or go together
    bool leave_one_out = false;  ///< one more pass: the error of each group of rows had it been left out

    double absolute_ridge = -1.0;   ///< see RidgeOptions. Not a key
    std::vector<double> penalty{};  ///< see RidgeOptions. Not a key

    /// Keeps finished leaves while rows of one target are gone through; none: nothing is kept. Not a key.
    std::shared_ptr<FactorCheckpoint> keeper{};

    /// Declares the keys under the names of the fields.
    void bind(config::Section section);
};

struct LeastSquaresReport {
    int columns = 0;
    GlobalIndex rows = 0;
    GlobalIndex held_out_rows = 0;
    double ridge = 0;           ///< relative λ used
    double absolute_ridge = 0;  ///< λ itself; 0 for plain LSQR
    std::string ridge_choice;   ///< "held-out", "given", "floor", "cross-validation"; "none" for plain LSQR
    int rank = 0;          ///< singular values of the scaled R above 1e-14 of the largest; 0 for plain LSQR
    double condition = 0;  ///< of the scaled R; infinity when singular; NaN for plain LSQR
    double training_error = 0;  ///< |Zθ − u| / |u|
    double held_out_error = 0;  ///< NaN without held-out rows
    /// |Bᵀr| / (|B||r|) of the ridge system B = [Z D⁻¹; λ I] R_λ⁻¹, where |B| = 1; for plain LSQR of Z. NaN
    /// when not computed; of order 1 where r itself is rounding error.
    double normal_residual = 0;
    int lsqr_iterations = 0;
    std::string lsqr_reason;  ///< KSP's converged reason in words, or why KSP was not called
    bool refined = false;  ///< LSQR lowered the objective by more than rounding, and its solution is taken;
                           ///< otherwise the direct one is, whose bits do not depend on the ranks
    double largest_coefficient = 0;
    double degrees_of_freedom = 0;  ///< columns that the training rows determine; NaN for plain LSQR
    /// Standard deviation of what the fit leaves of a row: the larger of |Zθ − u| / sqrt(rows − degrees of
    /// freedom) of the training rows and |Zθ − u| / sqrt(rows) of the held-out rows. NaN for plain LSQR.
    double noise = 0;
    /// λ|Dθ| / sqrt(degrees of freedom): the noise for which the ridge would be the right one. Where it
    /// exceeds `noise`, the ridge biases predictions by more than their variance. NaN for plain LSQR.
    double ridge_noise = 0;
    /// λ|Dθ| / |u|: what the ridge takes from the fit, in units of relative errors. NaN for plain LSQR.
    double ridge_bias = 0;
    std::vector<RidgePoint> ridge_path;
    std::vector<WidthPoint> width_curve;       ///< of all columns, also when pruned
    std::optional<Pruning> pruning;            ///< when asked for
    std::optional<LeaveOneOut> leave_one_out;  ///< when asked for
    std::vector<TargetReport> targets;  ///< of several; everything else is of all rows with their weights
    int weight_solves = 0;              ///< of small problems, to choose weights
    parallel::PhaseTimes times;         ///< "rows", "factorisation", "tree", "spectrum", "lsqr"
};

struct LeastSquaresSolution {
    std::vector<double>
        coefficients;  ///< θ [report.columns], the same on every rank; pruned: leading columns
    /// F = R_λ D [columns, columns] column-major, zero below the diagonal, and λD [columns]; empty for plain
    /// LSQR. With A = FᵀF a row z predicts with variance noise² zᵀA⁻¹z (Bayesian linear regression whose
    /// prior is the ridge) plus, for a ridge larger than the noise asks for, (ridge_noise² − noise²) |λD
    /// A⁻¹z|², the bias that it brings. Kept as a factor: the inverse loses all digits where Z is numerically
    /// rank deficient, a triangular solve does not.
    std::vector<double> factor;
    std::vector<double> damping;
    LeastSquaresReport report;
    RFactorPair r_factors;  ///< of these columns and of all rows that went in; empty for plain LSQR
    std::vector<RFactorPair> by_target{};  ///< the same of each target, without its weight; empty when there
                                           ///< is one
};

/// Solves for θ with rows of several targets, in one pass over them whether weights are given or chosen. LSQR
/// sees all rows with their weights; with earlier R factors of any target it is not called: it cannot certify
/// rows that are gone, and errors are those of the R factors. PETSc options with the prefix `-rfhgn_` reach
/// the KSP. *Collective.* Throws RunError when training rows are absent, or hold non-finite numbers (naming
/// leaf and block).
LeastSquaresSolution solve(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                           const LeastSquaresOptions& options);

/// From R factors alone. *Collective.*
LeastSquaresSolution solve(const parallel::Communicator& comm, std::span<const TargetFactors> targets,
                           const LeastSquaresOptions& options);

/// Of rows of one target: solves for θ. PETSc options with the prefix `-rfhgn_` reach the KSP. *Collective.*
/// Throws RunError when training rows are absent, or hold non-finite numbers (naming leaf and block).
LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source,
                           const LeastSquaresOptions& options);

/// The same with rows of an earlier time, of which only the R factors are left (the same on every rank, as
/// many columns). LSQR is not called: it cannot certify rows that are gone; errors are those of the R factor.
LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source,
                           const LeastSquaresOptions& options, const RFactorPair& earlier);

/// From R factors alone. *Collective.*
LeastSquaresSolution solve(const parallel::Communicator& comm, const RFactorPair& r_factors,
                           const LeastSquaresOptions& options);

}  // namespace rfhgn::linalg
