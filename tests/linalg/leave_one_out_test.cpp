#include "rfhgn/linalg/leave_one_out.hpp"

#include <cmath>

#include <Eigen/Dense>

#include "rfhgn/linalg/least_squares.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

namespace {

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

struct BruteForce {
    std::vector<double> squared;  // of each group
    double squared_rhs = 0;
};

// Fits again without each group, at the same λ and D.
BruteForce fit_without_each(const std::vector<double>& matrix, GlobalIndex rows, int columns,
                            GlobalIndex group_rows, const linalg::RidgeSolution& ridge) {
    const Eigen::Map<const Eigen::MatrixXd> all(matrix.data(), rows, columns + 1);
    BruteForce result;
    for (GlobalIndex begin = 0; begin < rows; begin += group_rows) {
        const GlobalIndex size = std::min(group_rows, rows - begin);
        Eigen::MatrixXd z = Eigen::MatrixXd::Zero(rows + columns, columns);
        Eigen::VectorXd u = Eigen::VectorXd::Zero(rows + columns);
        z.topRows(rows) = all.leftCols(columns);
        u.head(rows) = all.col(columns);
        z.middleRows(begin, size).setZero();
        u.segment(begin, size).setZero();
        for (int k = 0; k < columns; ++k) z(rows + k, k) = ridge.absolute_ridge * ridge.scale[k];
        const Eigen::VectorXd theta = z.householderQr().solve(u);
        const auto left = all.middleRows(begin, size);
        result.squared.push_back((left.col(columns) - left.leftCols(columns) * theta).squaredNorm());
        result.squared_rhs += left.col(columns).squaredNorm();
    }
    return result;
}

}  // namespace

TEST_CASE("Errors of groups left out are those of fitting again without them") {
    const int columns = 12;
    // Groups smaller and larger than the columns; of a few rows and spread over ranks; ranks without leaves.
    for (const GlobalIndex group_rows : {1, 6, 50, 170}) {
        for (const int leaves : {2, 7}) {
            CAPTURE(group_rows, leaves);
            SyntheticRows source(world(), 400, columns, leaves, tests::gaussian_rows(columns, 0.5));
            source.group_rows = group_rows;
            linalg::LeastSquaresOptions options;
            options.ridge = 1e-2;
            options.leave_one_out = true;
            const auto solution = linalg::solve(world(), source, options);
            const auto ridge = linalg::solve_ridge(solution.r_factors, {options.ridge, 1e-14});
            GlobalIndex rows = 0;
            const auto dense = source.dense(linalg::RowRole::training, rows);
            const auto expected = fit_without_each(dense, rows, columns, group_rows, ridge);
            REQUIRE(solution.report.leave_one_out.has_value());
            const auto& found = *solution.report.leave_one_out;
            CHECK(found.groups == static_cast<GlobalIndex>(expected.squared.size()));
            CHECK(found.indispensable == 0);
            double squared = 0;
            for (const double value : expected.squared) squared += value;
            CHECK(found.relative_error == Approx(std::sqrt(squared / expected.squared_rhs)).epsilon(1e-8));
            CHECK(found.rms == Approx(std::sqrt(squared / 400)).epsilon(1e-8));
            REQUIRE(found.worst.size() == std::min<std::size_t>(10, expected.squared.size()));
            for (std::size_t i = 0; i < found.worst.size(); ++i) {
                const auto& worst = found.worst[i];
                const double alone = expected.squared[static_cast<std::size_t>(worst.group)];
                CHECK(worst.left_out ==
                      Approx(std::sqrt(alone / static_cast<double>(worst.rows))).epsilon(1e-7));
                CHECK(worst.left_out > worst.fitted);
                if (i > 0) CHECK(worst.left_out <= found.worst[i - 1].left_out);
            }
        }
    }
}

TEST_CASE("A group that alone determines a coefficient is called indispensable") {
    // Column 1 is seen by the rows of group 3 only.
    SyntheticRows source(world(), 60, 2, 3, [](GlobalIndex i, double* row) {
        row[0] = 1.0 + 0.1 * static_cast<double>(i % 7);
        row[1] = i / 10 == 3 ? 1.0 : 0.0;
        row[2] = row[0] + row[1] + 0.01 * static_cast<double>(i % 3);
    });
    source.group_rows = 10;
    linalg::LeastSquaresOptions options;
    options.leave_one_out = true;
    const auto found = linalg::solve(world(), source, options).report.leave_one_out;
    REQUIRE(found.has_value());
    CHECK(found->indispensable == 1);
    CHECK(found->worst.front().group == 3);
    CHECK(std::isinf(found->worst.front().left_out));
    CHECK(std::isfinite(found->rms));
}
