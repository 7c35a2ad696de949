#include "r_factor_solution.hpp"

#include <span>

#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "measures.hpp"
#include "repeated_rows.hpp"

namespace rfhgn::linalg {

namespace {

void describe(const RidgeSolution& ridge, const RFactorPair& r_factors, LeastSquaresReport& report) {
    report.columns = r_factors.training.columns;
    report.rows = r_factors.training.rows;
    report.held_out_rows = r_factors.held_out.rows;
    report.ridge = ridge.ridge;
    report.absolute_ridge = ridge.absolute_ridge;
    report.ridge_choice = ridge.choice;
    report.rank = ridge.rank;
    report.condition = ridge.condition;
    report.degrees_of_freedom = ridge.degrees_of_freedom;
    report.ridge_path = ridge.path;
    if (report.width_curve.empty()) report.width_curve = ridge.widths;
    report.training_error = relative_error(r_factors.training, ridge.coefficients);
    report.held_out_error = relative_error(r_factors.held_out, ridge.coefficients);
    report.normal_residual = not_a_number;
    report.lsqr_reason = "not called";
}

RidgeSolution spectrum(const parallel::Communicator& comm, const RFactorPair& r_factors,
                       const LeastSquaresOptions& options) {
    auto ridge = parallel::together(comm, [&] {
        const parallel::ScopedComputation dense;
        return solve_ridge(r_factors,
                           {options.ridge, options.ridge_floor, options.absolute_ridge, options.penalty});
    });
    // Every rank computes the same; on processors of different kinds, the same to rounding only.
    parallel::broadcast(comm, std::span<double>(&ridge.ridge, 1));
    parallel::broadcast(comm, std::span<double>(&ridge.absolute_ridge, 1));
    parallel::broadcast(comm, std::span<double>(ridge.coefficients));
    return ridge;
}

// The fewest leading columns that are good enough, solved anew with a λ of their own. *Collective.*
RidgeSolution prune(const parallel::Communicator& comm, const LeastSquaresOptions& options,
                    const RidgeSolution& full, RFactorPair& r_factors, LeastSquaresReport& report) {
    Pruning pruning;
    pruning.tolerance = options.prune_tolerance;
    pruning.full_columns = r_factors.training.columns;
    pruning.full_error = judged_error(r_factors, full.coefficients);
    RidgeSolution pruned = full;
    const int most = pruning.full_columns;
    const int unit = options.pruning_unit;
    const int sufficient =
        parallel::together(comm, [&] { return sufficient_width(r_factors, full, options.prune_tolerance); });
    for (int width = (sufficient + unit - 1) / unit * unit; width < most; width += unit) {
        auto fewer = leading(r_factors, width);
        auto candidate = spectrum(comm, fewer, options);
        // The λ that fewer columns choose for themselves may miss the tolerance by a little.
        if (judged_error(fewer, candidate.coefficients) > options.prune_tolerance) continue;
        pruned = std::move(candidate);
        r_factors = std::move(fewer);
        break;
    }
    pruning.columns = r_factors.training.columns;
    pruning.error = judged_error(r_factors, pruned.coefficients);
    report.width_curve = full.widths;
    report.pruning = pruning;
    return pruned;
}

}  // namespace

RidgeSolution solve_r_factors(const parallel::Communicator& comm, RFactorPair r_factors,
                              const LeastSquaresOptions& options, LeastSquaresSolution& solution) {
    require_rows(r_factors.training.rows);
    const parallel::ScopedPhase phase(solution.report.times, "spectrum");
    auto ridge = spectrum(comm, r_factors, options);
    if (options.prune_tolerance > 0) ridge = prune(comm, options, ridge, r_factors, solution.report);
    describe(ridge, r_factors, solution.report);
    solution.coefficients = ridge.coefficients;
    solution.r_factors = std::move(r_factors);
    return ridge;
}

}  // namespace rfhgn::linalg
