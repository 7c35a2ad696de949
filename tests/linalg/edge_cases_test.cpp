#include <cmath>
#include <limits>
#include <string>

#include "rfhgn/base/error.hpp"
#include "rfhgn/linalg/least_squares.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

namespace {

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

template <class E>
std::string message_of(const SyntheticRows& source, const linalg::LeastSquaresOptions& options) {
    try {
        linalg::solve(world(), source, options);
    } catch (const E& error) {
        return error.what();
    }
    return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool all_finite(const std::vector<double>& values) {
    for (const double value : values) {
        if (!std::isfinite(value)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("Fewer rows than columns are interpolated") {
    SyntheticRows source(world(), 20, 50, 3, tests::gaussian_rows(50, 0.1));
    const auto solution = linalg::solve(world(), source, {});
    GlobalIndex rows = 0;
    const auto dense = source.dense(linalg::RowRole::training, rows);
    CHECK(all_finite(solution.coefficients));
    CHECK(tests::dense_error(dense, rows, solution.coefficients) < 1e-10);
    CHECK(solution.report.rank == 20);
    CHECK(solution.report.condition > 1e14);
}

TEST_CASE("Duplicate columns share their coefficient, zero columns get none, constant ones are as others") {
    const auto row = tests::gaussian_rows(4, 0.1);
    SyntheticRows source(world(), 300, 7, 4, [row](GlobalIndex i, double* out) {
        double plain[5];
        row(i, plain);
        for (int k = 0; k < 4; ++k) out[k] = plain[k];
        out[4] = plain[1];
        out[5] = 0;
        out[6] = 3;
        out[7] = plain[4] + 6;
    });
    linalg::LeastSquaresOptions options;
    options.ridge = 1e-6;  // its square, which is all that sees their difference, is above rounding
    const auto solution = linalg::solve(world(), source, options);
    const auto& theta = solution.coefficients;
    CHECK(theta[0] == Approx(1).margin(0.05));
    CHECK(theta[1] + theta[4] == Approx(2).margin(0.05));
    CHECK(theta[1] == Approx(theta[4]).epsilon(1e-3));
    CHECK(theta[5] == 0);
    CHECK(theta[6] == Approx(2).margin(0.05));
    CHECK(solution.report.rank == 5);
}

TEST_CASE("A right-hand side of zero gives zero") {
    const auto row = tests::gaussian_rows(6, 0.1);
    SyntheticRows source(world(), 100, 6, 3, [row](GlobalIndex i, double* out) {
        row(i, out);
        out[6] = 0;
    });
    source.hold_every = 3;
    linalg::LeastSquaresOptions options;
    for (const char* method : {"direct", "lsqr"}) {
        options.method = method;
        const auto solution = linalg::solve(world(), source, options);
        CHECK(solution.report.largest_coefficient == 0);
        CHECK(solution.report.training_error == 0);
        CHECK(solution.report.held_out_error == 0);
    }
}

TEST_CASE("A matrix of zeros gives zero, and so does a right-hand side that no column reaches") {
    linalg::LeastSquaresOptions options;
    for (const char* method : {"direct", "lsqr"}) {
        CAPTURE(method);
        options.method = method;
        SyntheticRows zeros(world(), 50, 3, 2, [](GlobalIndex, double* out) {
            out[0] = out[1] = out[2] = 0;
            out[3] = 1;
        });
        const auto solution = linalg::solve(world(), zeros, options);
        CHECK(solution.report.largest_coefficient == 0);
        CHECK(solution.report.training_error == Approx(1));

        SyntheticRows orthogonal(world(), 64, 1, 2, [](GlobalIndex i, double* out) {
            out[0] = 1;
            out[1] = i % 2 == 0 ? 1 : -1;
        });
        const auto other = linalg::solve(world(), orthogonal, options);
        CHECK(other.report.largest_coefficient < 1e-15);
        CHECK(other.report.training_error == Approx(1));
    }
}

TEST_CASE("One column, exactly consistent") {
    SyntheticRows source(world(), 40, 1, 3, [](GlobalIndex i, double* out) {
        out[0] = static_cast<double>(i + 1);
        out[1] = 4.0 * out[0];
    });
    const auto solution = linalg::solve(world(), source, {});
    CHECK(solution.coefficients[0] == Approx(4).epsilon(1e-14));
    CHECK(solution.report.training_error < 1e-13);
    CHECK(solution.report.rank == 1);
    CHECK(solution.report.condition == Approx(1));
}

TEST_CASE("Non-finite rows stop all ranks with leaf and block, training or held out") {
    const auto row = tests::gaussian_rows(9, 0.1);
    linalg::LeastSquaresOptions options;
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        for (const int column : {0, 4, 9}) {
            // Row 95 of 120 in 6 leaves of 20 rows: leaf 4, its row 15, the second block of 10 rows.
            SyntheticRows source(world(), 120, 9, 6, [=](GlobalIndex i, double* out) {
                row(i, out);
                if (i == 95) out[column] = bad;
            });
            source.block_rows = 10;
            CAPTURE(bad, column);
            CHECK(contains(message_of<RunError>(source, options), "row 5 of block 1 in leaf 4"));
            source.hold_every = 6;  // leaf 4 + block 1 = 5 is held out
            CHECK(contains(message_of<RunError>(source, options), "row 5 of block 1 in leaf 4"));
        }
    }
    SyntheticRows source(world(), 120, 9, 6, [=](GlobalIndex i, double* out) {
        row(i, out);
        if (i == 95) out[3] = std::nan("");
    });
    source.block_rows = 10;
    options.method = "lsqr";
    CHECK(contains(message_of<RunError>(source, options), "row 5 of block 1 in leaf 4"));
}

TEST_CASE("Numbers whose squares overflow are told") {
    const auto row = tests::gaussian_rows(3, 0.1);
    SyntheticRows source(world(), 60, 3, 3, [row](GlobalIndex i, double* out) {
        row(i, out);
        if (i == 30) out[1] = 1e200;
    });
    CHECK(contains(message_of<RunError>(source, {}), "squares overflow"));
}

TEST_CASE("A source that fails on one rank stops all, in the first pass or in a later one") {
    const auto row = tests::gaussian_rows(5, 0.1);
    for (const int allowed : {0, 1, 2, 3}) {
        CAPTURE(allowed);
        int calls = 0;
        SyntheticRows source(world(), 80, 5, 4, [&, row](GlobalIndex i, double* out) {
            if (i == 79 && ++calls > allowed) throw RunError("the source is broken");
            row(i, out);
        });
        linalg::LeastSquaresOptions options;
        options.rows = "recompute";
        CHECK(contains(message_of<RunError>(source, options), "the source is broken"));
    }
}

TEST_CASE("No training rows is an error") {
    SyntheticRows source(world(), 0, 5, 4, tests::gaussian_rows(5, 0.1));
    linalg::LeastSquaresOptions options;
    CHECK(contains(message_of<RunError>(source, options), "no training rows"));
    options.method = "lsqr";
    CHECK(contains(message_of<RunError>(source, options), "no training rows"));
}
