#include "rfhgn/linalg/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "factorise.hpp"
#include "lsqr.hpp"
#include "measures.hpp"
#include "plain_lsqr.hpp"
#include "repeated_rows.hpp"
#include "ridge_operator.hpp"

namespace rfhgn::linalg {

namespace {

constexpr const char* earlier_rows_are_gone =
    "not called: rows of earlier data are gone, so the R factor alone judges";

double largest(const std::vector<double>& values) {
    double result = 0;
    for (const double value : values) result = std::max(result, std::abs(value));
    return result;
}

// The same on every rank: no model is made of what is not a number.
void finish_coefficients(const parallel::Communicator& comm, LeastSquaresSolution& solution) {
    const auto& values = solution.coefficients;
    parallel::together(comm, [&] {
        const auto bad =
            std::find_if_not(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
        require<RunError>(bad == values.end(),
                          Advice{"scale the data to natural units, or set a larger ridge"},
                          "coefficient {} of {} of the least-squares problem is not finite",
                          bad - values.begin(), values.size());
    });
    solution.report.largest_coefficient = largest(values);
}

// Relative decrease of the objective below which LSQR's correction is rounding error: it would only stir
// directions that the rows hardly see, and cost the direct solution its independence of ranks.
constexpr double smallest_gain = 1e-12;

// LSQR on the correction to the direct solution; taken only if it lowers the objective.
void refine(const parallel::Communicator& comm, RidgeOperator& op, double squared_rhs, int iterations,
            LeastSquaresSolution& solution) {
    auto& report = solution.report;
    auto start = op.residual(solution.coefficients);
    report.training_error = relative(start.squared_rows, squared_rhs);
    report.normal_residual = normal_residual(start, 1.0);
    // LSQR divides by both norms.
    if (start.squared == 0 || start.gradient_norm == 0) {
        report.lsqr_reason = "not called: the direct solution is exact";
        return;
    }
    auto correction = run_lsqr(comm, op, start.values, iterations);
    report.lsqr_iterations = correction.iterations;
    report.lsqr_reason = correction.reason;
    for (std::size_t i = 0; i < correction.coefficients.size(); ++i) {
        correction.coefficients[i] += solution.coefficients[i];
    }
    const auto end = op.residual(correction.coefficients);
    if (!(end.squared < (1 - smallest_gain) * start.squared)) return;
    solution.coefficients = std::move(correction.coefficients);
    report.refined = true;
    report.training_error = relative(end.squared_rows, squared_rhs);
    report.normal_residual = normal_residual(end, 1.0);
}

void describe(const RidgeSolution& ridge, const RFactorPair& r_factors, LeastSquaresReport& report) {
    report.columns = r_factors.training.columns;
    report.rows = r_factors.training.rows;
    report.held_out_rows = r_factors.held_out.rows;
    report.ridge = ridge.ridge;
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

// R_λ D.
std::vector<double> unscaled_factor(RidgeSolution& ridge) {
    auto factor = std::move(ridge.factor);
    auto* value = factor.data();
    for (const double norm : ridge.scale) {
        for (std::size_t row = 0; row < ridge.scale.size(); ++row) *value++ *= norm;
    }
    return factor;
}

double noise(const LeastSquaresReport& report, const RFactorPair& r_factors) {
    const auto residual = [](const RFactor& r_factor, double relative_error) {
        const double rhs = r_factor.squared_rhs();
        return relative_error * (rhs > 0 ? std::sqrt(rhs) : 1.0);
    };
    // As many columns as rows leave nothing over to judge the noise by: the residual itself is then taken.
    const double freedom = std::max(1.0, static_cast<double>(report.rows) - report.degrees_of_freedom);
    const double training = residual(r_factors.training, report.training_error) / std::sqrt(freedom);
    if (report.held_out_rows == 0) return training;
    return std::max(training, residual(r_factors.held_out, report.held_out_error) /
                                  std::sqrt(static_cast<double>(report.held_out_rows)));
}

// |λDθ|².
double squared_penalty(const LeastSquaresSolution& solution) {
    double squares = 0;
    for (std::size_t i = 0; i < solution.coefficients.size(); ++i) {
        const double part = solution.damping[i] * solution.coefficients[i];
        squares += part * part;
    }
    return squares;
}

// What predictions need to know of their deviations; takes the factor out of `ridge`.
void finish(RidgeSolution& ridge, LeastSquaresSolution& solution) {
    auto& report = solution.report;
    report.noise = noise(report, solution.r_factors);
    solution.factor = unscaled_factor(ridge);
    solution.damping = std::move(ridge.scale);
    for (double& value : solution.damping) value *= ridge.absolute_ridge;
    const double penalty = squared_penalty(solution);
    report.ridge_noise = std::sqrt(penalty / std::max(1.0, report.degrees_of_freedom));
    report.ridge_bias = relative(penalty, solution.r_factors.training.squared_rhs());
}

RidgeSolution spectrum(const parallel::Communicator& comm, const RFactorPair& r_factors,
                       const LeastSquaresOptions& options) {
    auto ridge = parallel::together(comm, [&] {
        const parallel::ScopedComputation dense;
        return solve_ridge(r_factors, {options.ridge, options.ridge_floor});
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

// Everything that the R factors alone answer.
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

LeastSquaresSolution solve_directly(const parallel::Communicator& comm, const RowSource& source,
                                    const LeastSquaresOptions& options, const RFactorPair* earlier) {
    LeastSquaresSolution solution;
    auto& report = solution.report;
    const bool refining = options.lsqr_iterations > 0 && !earlier && options.prune_tolerance == 0;
    auto rows = parallel::together(comm, [&] {
        return RepeatedRows(source, RowRole::training, refining && keep_rows(source, options));
    });
    auto r_factors = factorise(comm, source, &rows, report.times, options.keeper.get());
    if (earlier) r_factors = parallel::together(comm, [&] { return merge(*earlier, r_factors); });
    auto ridge = solve_r_factors(comm, std::move(r_factors), options, solution);
    if (earlier) report.lsqr_reason = earlier_rows_are_gone;
    if (options.prune_tolerance > 0)
        report.lsqr_reason = "not called: fewer columns were solved on the R factor";
    if (refining) {
        const parallel::ScopedPhase phase(report.times, "lsqr");
        RidgeOperator op(comm, rows, ridge);
        if (fits_petsc(comm, op)) {
            refine(comm, op, solution.r_factors.training.squared_rhs(), options.lsqr_iterations, solution);
        } else {
            report.lsqr_reason = "not called: more rows than PETSc's indices can number";
        }
    }
    report.held_out_error = relative_error(solution.r_factors.held_out, solution.coefficients);
    if (options.leave_one_out) {
        const parallel::ScopedPhase phase(report.times, "leave one out");
        report.leave_one_out = leave_one_out(comm, source, ridge, solution.coefficients);
    }
    finish(ridge, solution);
    return solution;
}

}  // namespace

LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source,
                           const LeastSquaresOptions& options) {
    RFHGN_ASSERT(source.columns() >= 1 && source.leaves() >= 1);
    auto solution = options.method == "lsqr" ? solve_by_lsqr(comm, source, options)
                                             : solve_directly(comm, source, options, nullptr);
    finish_coefficients(comm, solution);
    return solution;
}

LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source,
                           const LeastSquaresOptions& options, const RFactorPair& earlier) {
    RFHGN_ASSERT(options.method == "direct" && earlier.training.columns == source.columns());
    auto solution = solve_directly(comm, source, options, &earlier);
    finish_coefficients(comm, solution);
    return solution;
}

LeastSquaresSolution solve(const parallel::Communicator& comm, const RFactorPair& r_factors,
                           const LeastSquaresOptions& options) {
    LeastSquaresSolution solution;
    auto ridge = solve_r_factors(comm, r_factors, options, solution);
    finish(ridge, solution);
    solution.report.lsqr_reason = earlier_rows_are_gone;
    finish_coefficients(comm, solution);
    return solution;
}

}  // namespace rfhgn::linalg
