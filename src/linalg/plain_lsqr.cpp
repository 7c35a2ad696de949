#include "plain_lsqr.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "lsqr.hpp"
#include "measures.hpp"
#include "repeated_rows.hpp"
#include "ridge_operator.hpp"
#include "row_gatherer.hpp"

namespace rfhgn::linalg {

namespace {

constexpr int most_iterations = 300;

RepeatedRows repeated(const parallel::Communicator& comm, std::span<const TargetRows> targets, RowRole role,
                      bool keep) {
    auto rows = parallel::together(comm, [&] { return RepeatedRows(sources_of(targets), role, keep); });
    std::vector<double> weights;
    for (const auto& target : targets) weights.push_back(target.weight.value);
    rows.set_weights(std::move(weights));
    return rows;
}

double held_out_error(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                      const std::vector<double>& coefficients) {
    auto rows = repeated(comm, targets, RowRole::held_out, false);
    if (parallel::sum(comm, rows.rows()) == 0) return not_a_number;
    RidgeOperator op(comm, rows);
    const double rhs = op.residual(std::vector<double>(coefficients.size(), 0.0)).squared;
    return relative(op.residual(coefficients).squared, rhs);
}

}  // namespace

LeastSquaresSolution solve_by_lsqr(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                                   const LeastSquaresOptions& options) {
    LeastSquaresSolution solution;
    auto& report = solution.report;
    const parallel::ScopedPhase phase(report.times, "lsqr");
    const bool keep = parallel::together(comm, [&] { return keep_rows(sources_of(targets), options); });
    auto rows = repeated(comm, targets, RowRole::training, keep);
    report.columns = rows.columns();
    report.rows = parallel::sum(comm, rows.rows());
    for (const auto& target : targets)
        report.held_out_rows += parallel::sum(comm, count_rows(target.rows, RowRole::held_out));
    require_rows(report.rows);
    RidgeOperator op(comm, rows);
    require<RunError>(fits_petsc(comm, op), Advice{"use method = \"direct\", or a PETSc with 64-bit indices"},
                      "PETSc's indices cannot number {} rows", report.rows);
    solution.coefficients.assign(static_cast<std::size_t>(rows.columns()), 0.0);
    auto start = op.residual(solution.coefficients);
    const double norm =
        std::sqrt(parallel::sum(comm, parallel::together(comm, [&] { return rows.squared_norm(); })));
    parallel::together(comm, [&] {
        if (std::isfinite(start.squared) && std::isfinite(norm)) return;
        const auto owned = targets.front().rows.owned_leaves();
        for (auto leaf = owned.begin; leaf < owned.end; ++leaf)
            for (const auto& target : targets) require_finite(target.rows, static_cast<int>(leaf));
    });
    report.ridge_choice = "none";
    report.condition = not_a_number;
    report.degrees_of_freedom = not_a_number;
    report.noise = not_a_number;
    report.ridge_noise = not_a_number;
    report.ridge_bias = not_a_number;
    report.lsqr_reason = "not called: zero is the solution";
    if (start.gradient_norm > 0) {
        auto result = run_lsqr(comm, op, start.values, most_iterations);
        solution.coefficients = std::move(result.coefficients);
        report.lsqr_iterations = result.iterations;
        report.lsqr_reason = result.reason;
    }
    const auto end = op.residual(solution.coefficients);
    report.training_error = relative(end.squared, start.squared);
    report.normal_residual = normal_residual(end, norm);
    report.held_out_error = held_out_error(comm, targets, solution.coefficients);
    return solution;
}

}  // namespace rfhgn::linalg
