#include "rfhgn/linalg/prune.hpp"

#include <cmath>

#include "rfhgn/linalg/least_squares.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

namespace {

// The first columns of other rows.
SyntheticRows::Row first_columns(const SyntheticRows::Row& row, int columns, int all) {
    return [=](GlobalIndex i, double* out) {
        std::vector<double> full(static_cast<std::size_t>(all) + 1);
        row(i, full.data());
        std::copy_n(full.begin(), columns, out);
        out[columns] = full.back();
    };
}

}  // namespace

TEST_CASE("Leading R factors are the R factors of leading columns") {
    const auto row = tests::gaussian_rows(20, 0.3);
    SyntheticRows all(world(), 300, 20, 4, row);
    SyntheticRows some(world(), 300, 8, 4, first_columns(row, 8, 20));
    all.hold_every = some.hold_every = 4;
    const auto found = linalg::leading(linalg::factorise(world(), all), 8);
    const auto expected = linalg::factorise(world(), some);
    CHECK(found.training.rows == expected.training.rows);
    const auto solution = linalg::solve_ridge(found, {});
    const auto reference = linalg::solve_ridge(expected, {});
    for (std::size_t k = 0; k < 8; ++k)
        CHECK(solution.coefficients[k] == Approx(reference.coefficients[k]).epsilon(1e-11));
    CHECK(linalg::relative_error(found.held_out, solution.coefficients) ==
          Approx(linalg::relative_error(expected.held_out, reference.coefficients)).epsilon(1e-11));
}

TEST_CASE("Pruning keeps the fewest leading columns that are good enough") {
    const int columns = 60;
    for (const int hold_every : {0, 4}) {
        CAPTURE(hold_every);
        SyntheticRows source(world(), 900, columns, 4, tests::feature_rows(columns, 0.0));
        source.hold_every = hold_every;
        linalg::LeastSquaresOptions options;
        options.prune_tolerance = 2e-2;
        const auto pruned = linalg::solve(world(), source, options);
        REQUIRE(pruned.report.pruning.has_value());
        const auto& pruning = *pruned.report.pruning;
        CHECK(pruning.full_columns == columns);
        CHECK(pruning.columns < columns);
        CHECK(pruning.columns == pruned.report.columns);
        CHECK(pruned.coefficients.size() == static_cast<std::size_t>(pruning.columns));
        CHECK(pruned.r_factors.training.columns == pruning.columns);
        CHECK(pruning.error <= 2e-2);
        CHECK(pruning.full_error <= pruning.error);
        CHECK(pruned.report.width_curve.back().columns == columns);
        // What it says is what dense rows say, and one column fewer misses the tolerance.
        GlobalIndex rows = 0;
        const auto role = hold_every > 0 ? linalg::RowRole::held_out : linalg::RowRole::training;
        const auto dense = source.dense(role, rows);
        auto padded = pruned.coefficients;
        padded.resize(columns, 0.0);
        CHECK(tests::dense_error(dense, rows, padded) == Approx(pruning.error).epsilon(1e-6));
        const auto r_factors = linalg::leading(linalg::factorise(world(), source), pruning.columns - 1);
        const auto fewer = linalg::solve_ridge(r_factors, {});
        CHECK(linalg::judged_error(r_factors, fewer.coefficients) > 1.9e-2);
    }
}

TEST_CASE("A tolerance that no width reaches keeps all columns, and says so") {
    SyntheticRows source(world(), 300, 10, 4, tests::gaussian_rows(10, 0.5));
    linalg::LeastSquaresOptions options;
    options.prune_tolerance = 1e-6;
    const auto solution = linalg::solve(world(), source, options);
    CHECK(solution.report.pruning->columns == 10);
    CHECK(solution.report.pruning->error > 1e-6);
    CHECK(solution.report.pruning->error == solution.report.pruning->full_error);
}
