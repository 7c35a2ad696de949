#include <cmath>

#include "rfhgn/linalg/least_squares.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

namespace {

SyntheticRows::Row from(const SyntheticRows::Row& row, GlobalIndex first) {
    return [=](GlobalIndex i, double* out) { row(first + i, out); };
}

}  // namespace

TEST_CASE("Rows in two parts give the solution of all rows, in either order") {
    const int columns = 40;
    const auto row = tests::feature_rows(columns, 1e-6);
    SyntheticRows all(world(), 800, columns, 4, row);
    SyntheticRows first(world(), 500, columns, 4, row);
    SyntheticRows second(world(), 300, columns, 2, from(row, 500));
    first.block_rows = second.block_rows = all.block_rows = 25;
    linalg::LeastSquaresOptions options;
    options.ridge = 1e-11;
    const auto expected = linalg::solve(world(), all, options);
    GlobalIndex rows = 0;
    const auto dense = all.dense(linalg::RowRole::training, rows);
    const double error = tests::dense_error(dense, rows, expected.coefficients);
    const auto check = [&](const linalg::LeastSquaresSolution& found) {
        CHECK(found.report.rows == 800);
        CHECK(tests::dense_error(dense, rows, found.coefficients) == Approx(error).epsilon(1e-6));
        CHECK(found.report.training_error == Approx(error).epsilon(1e-6));
        CHECK_THAT(found.report.lsqr_reason, Catch::Contains("earlier data are gone"));
        CHECK(found.report.lsqr_iterations == 0);
        CHECK(std::isnan(found.report.normal_residual));
        std::vector<double> difference(columns);
        for (std::size_t k = 0; k < difference.size(); ++k)
            difference[k] = found.coefficients[k] - expected.coefficients[k];
        // Predictions differ by rounding only; |u| is of order 1 per row.
        double largest = 0;
        for (GlobalIndex i = 0; i < rows; ++i) {
            double prediction = 0;
            for (int k = 0; k < columns; ++k)
                prediction +=
                    dense[static_cast<std::size_t>(i + k * rows)] * difference[static_cast<std::size_t>(k)];
            largest = std::max(largest, std::abs(prediction));
        }
        CHECK(largest < 1e-9);
    };
    const auto of_first = linalg::solve(world(), first, options).r_factors;
    const auto of_second = linalg::solve(world(), second, options).r_factors;
    check(linalg::solve(world(), second, options, of_first));
    check(linalg::solve(world(), first, options, of_second));
    check(linalg::solve(world(), linalg::merge(of_second, of_first), options));
}

TEST_CASE("Held-out rows of both parts choose the ridge") {
    const int columns = 30;
    SyntheticRows first(world(), 400, columns, 4, tests::feature_rows(columns, 1e-3));
    SyntheticRows second(world(), 400, columns, 4, from(tests::feature_rows(columns, 1e-3), 400));
    first.hold_every = second.hold_every = 4;
    const auto earlier = linalg::solve(world(), first, {}).r_factors;
    const auto together = linalg::solve(world(), second, {}, earlier);
    CHECK(together.report.ridge_choice == "held-out");
    CHECK(together.report.held_out_rows == 2 * earlier.held_out.rows);
    CHECK(together.r_factors.training.rows == together.report.rows);
}
