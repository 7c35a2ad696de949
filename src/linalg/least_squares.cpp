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
#include "r_factor_solution.hpp"
#include "repeated_rows.hpp"
#include "ridge_operator.hpp"
#include "weights.hpp"

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

// R factors of the targets with what was before, and what rows tell apart from those that are silent.
std::vector<RFactorPair> all_factors(std::vector<RFactorPair> factors, std::span<const TargetRows> targets) {
    for (std::size_t t = 0; t < targets.size(); ++t) {
        factors[t].training.rows -= targets[t].silent.training;
        factors[t].held_out.rows -= targets[t].silent.held_out;
        if (targets[t].earlier) factors[t] = merge(*targets[t].earlier, factors[t]);
    }
    return factors;
}

// Chooses the weights, the same on every rank, and joins the targets. *Collective.*
struct Joined {
    RFactorPair r_factors;
    std::vector<double> weights;
};

Joined join(const parallel::Communicator& comm, std::vector<RFactorPair>& factors,
            std::span<const Weight> weights, const LeastSquaresOptions& options, LeastSquaresReport& report) {
    if (factors.size() == 1) return {std::move(factors.front()), {1.0}};
    const parallel::ScopedPhase phase(report.times, "weights");
    auto chosen = parallel::together(comm, [&] {
        const parallel::ScopedComputation dense;
        return choose_weights(factors, weights,
                              {options.ridge, options.ridge_floor, options.absolute_ridge, options.penalty});
    });
    parallel::broadcast(comm, std::span<double>(chosen.values));
    report.weight_solves = chosen.solves;
    return {parallel::together(comm, [&] { return joined(factors, chosen.values); }),
            std::move(chosen.values)};
}

// What each target came to; R factors of several are kept, with the columns that are left.
template <class Targets>
void describe_targets(std::vector<RFactorPair> factors, const Targets& targets, const Joined& all,
                      const RidgeSolution& ridge, LeastSquaresSolution& solution) {
    if (factors.size() == 1) return;
    const int width = static_cast<int>(solution.coefficients.size());
    for (std::size_t t = 0; t < factors.size(); ++t) {
        auto& factor = factors[t];
        if (width < factor.training.columns) factor = leading(factor, width);
        solution.report.targets.push_back({targets[t].name,
                                           {all.weights[t], targets[t].weight.automatic},
                                           factor.training.rows,
                                           factor.held_out.rows,
                                           relative_error(factor.training, solution.coefficients),
                                           relative_error(factor.held_out, solution.coefficients),
                                           target_noise(factor, all.weights[t], ridge)});
    }
    solution.by_target = std::move(factors);
}

template <class Targets>
std::vector<Weight> weights_of(const Targets& targets) {
    std::vector<Weight> weights;
    for (const auto& target : targets) weights.push_back(target.weight);
    return weights;
}

std::optional<LeaveOneOut> left_out(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                                    const std::vector<double>& weights, const RidgeSolution& ridge,
                                    LeastSquaresSolution& solution) {
    const parallel::ScopedPhase phase(solution.report.times, "leave one out");
    std::vector<WeightedRows> rows;
    for (std::size_t t = 0; t < targets.size(); ++t) rows.push_back({targets[t].rows, weights[t]});
    return leave_one_out(comm, rows, ridge, solution.coefficients);
}

void certify(const parallel::Communicator& comm, RepeatedRows& rows, const RidgeSolution& ridge,
             int iterations, LeastSquaresSolution& solution) {
    const parallel::ScopedPhase phase(solution.report.times, "lsqr");
    RidgeOperator op(comm, rows, ridge);
    if (fits_petsc(comm, op)) {
        refine(comm, op, solution.r_factors.training.squared_rhs(), iterations, solution);
    } else {
        solution.report.lsqr_reason = "not called: more rows than PETSc's indices can number";
    }
}

LeastSquaresSolution solve_directly(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                                    const LeastSquaresOptions& options) {
    LeastSquaresSolution solution;
    auto& report = solution.report;
    const bool earlier = std::any_of(targets.begin(), targets.end(),
                                     [](const auto& target) { return target.earlier != nullptr; });
    const bool refining = options.lsqr_iterations > 0 && !earlier && options.prune_tolerance == 0;
    const auto sources = sources_of(targets);
    auto rows = parallel::together(comm, [&] {
        return RepeatedRows(sources, RowRole::training, refining && keep_rows(sources, options));
    });
    auto factors = factorise(comm, targets, &rows, report.times);
    factors = parallel::together(comm, [&] { return all_factors(std::move(factors), targets); });
    auto all = join(comm, factors, weights_of(targets), options, report);
    rows.set_weights(all.weights);
    auto ridge = solve_r_factors(comm, std::move(all.r_factors), options, solution);
    if (earlier) report.lsqr_reason = earlier_rows_are_gone;
    if (options.prune_tolerance > 0)
        report.lsqr_reason = "not called: fewer columns were solved on the R factor";
    if (refining) certify(comm, rows, ridge, options.lsqr_iterations, solution);
    report.held_out_error = relative_error(solution.r_factors.held_out, solution.coefficients);
    if (options.leave_one_out) report.leave_one_out = left_out(comm, targets, all.weights, ridge, solution);
    describe_targets(std::move(factors), targets, all, ridge, solution);
    finish(ridge, solution);
    return solution;
}

}  // namespace

LeastSquaresSolution solve(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                           const LeastSquaresOptions& options) {
    RFHGN_ASSERT(!targets.empty());
    for (const auto& target : targets)
        RFHGN_ASSERT(target.rows.columns() >= 1 && target.rows.leaves() >= 1 &&
                     target.rows.columns() == targets.front().rows.columns() &&
                     target.rows.leaves() == targets.front().rows.leaves());
    auto solution = options.method == "lsqr" ? solve_by_lsqr(comm, targets, options)
                                             : solve_directly(comm, targets, options);
    finish_coefficients(comm, solution);
    return solution;
}

LeastSquaresSolution solve(const parallel::Communicator& comm, std::span<const TargetFactors> targets,
                           const LeastSquaresOptions& options) {
    LeastSquaresSolution solution;
    std::vector<RFactorPair> factors;
    for (const auto& target : targets) factors.push_back(target.r_factors);
    auto all = join(comm, factors, weights_of(targets), options, solution.report);
    auto ridge = solve_r_factors(comm, std::move(all.r_factors), options, solution);
    describe_targets(std::move(factors), targets, all, ridge, solution);
    finish(ridge, solution);
    solution.report.lsqr_reason = earlier_rows_are_gone;
    finish_coefficients(comm, solution);
    return solution;
}

LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source,
                           const LeastSquaresOptions& options) {
    const TargetRows rows{.name = "", .rows = source, .keeper = options.keeper.get()};
    return solve(comm, std::span(&rows, 1), options);
}

LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source,
                           const LeastSquaresOptions& options, const RFactorPair& earlier) {
    RFHGN_ASSERT(options.method == "direct" && earlier.training.columns == source.columns());
    const TargetRows rows{.name = "", .rows = source, .keeper = options.keeper.get(), .earlier = &earlier};
    return solve(comm, std::span(&rows, 1), options);
}

LeastSquaresSolution solve(const parallel::Communicator& comm, const RFactorPair& r_factors,
                           const LeastSquaresOptions& options) {
    const TargetFactors factors{"", r_factors, {}};
    return solve(comm, std::span(&factors, 1), options);
}

}  // namespace rfhgn::linalg
