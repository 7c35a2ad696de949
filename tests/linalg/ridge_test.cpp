#include "rfhgn/linalg/ridge.hpp"

#include <cmath>

#include <Eigen/Dense>

#include "support/world.hpp"
#include "synthetic_rows.hpp"

namespace {

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

// The ridge problem solved densely: QR of [Z; λ D].
std::vector<double> dense_ridge(const std::vector<double>& matrix, GlobalIndex rows, int columns,
                                const std::vector<double>& scale, double lambda) {
    const Eigen::Map<const Eigen::MatrixXd> all(matrix.data(), rows, columns + 1);
    Eigen::MatrixXd stacked = Eigen::MatrixXd::Zero(rows + columns, columns);
    Eigen::VectorXd rhs = Eigen::VectorXd::Zero(rows + columns);
    stacked.topRows(rows) = all.leftCols(columns);
    rhs.head(rows) = all.col(columns);
    for (int k = 0; k < columns; ++k) {
        stacked(rows + k, k) = lambda * scale[static_cast<std::size_t>(k)];
    }
    const Eigen::VectorXd theta = stacked.householderQr().solve(rhs);
    return {theta.data(), theta.data() + columns};
}

}  // namespace

TEST_CASE("Path, spectrum and solution agree with a dense solve") {
    const int columns = 24;
    SyntheticRows source(world(), 400, columns, 3, tests::feature_rows(columns, 0.01));
    source.hold_every = 4;
    const auto r_factors = linalg::factorise(world(), source);
    GlobalIndex rows = 0;
    GlobalIndex held_out_rows = 0;
    const auto dense = source.dense(linalg::RowRole::training, rows);
    const auto held_out = source.dense(linalg::RowRole::held_out, held_out_rows);

    const Eigen::Map<const Eigen::MatrixXd> z(dense.data(), rows, columns);
    const Eigen::MatrixXd scaled = z * z.colwise().norm().cwiseInverse().asDiagonal();
    const Eigen::VectorXd s = scaled.bdcSvd().singularValues();
    const auto chosen = linalg::solve_ridge(r_factors, {-1, 1e-14});
    CHECK(chosen.choice == "held-out");
    for (int k = 0; k < columns; ++k)
        CHECK(chosen.scale[static_cast<std::size_t>(k)] == Approx(z.col(k).norm()).epsilon(1e-12));
    CHECK(chosen.condition == Approx(s(0) / s(columns - 1)).epsilon(1e-6));
    CHECK(chosen.rank == (s.array() > 1e-14 * s(0)).count());
    CHECK(chosen.path.front().ridge == Approx(1e-14));
    CHECK(chosen.path.back().ridge == Approx(1e-2));
    REQUIRE(chosen.path.size() == 49);

    for (const std::size_t at : {20U, 33U, 40U, 48U}) {
        const auto& point = chosen.path[at];
        CAPTURE(point.ridge);
        const auto solution = linalg::solve_ridge(r_factors, {point.ridge, 1e-14});
        CHECK(solution.choice == "given");
        CHECK(solution.absolute_ridge == Approx(point.ridge * s(0)).epsilon(1e-10));
        const auto expected = dense_ridge(dense, rows, columns, chosen.scale, solution.absolute_ridge);
        const double error = tests::dense_error(dense, rows, expected);
        const double held_out_error = tests::dense_error(held_out, held_out_rows, expected);
        CHECK(tests::dense_error(dense, rows, solution.coefficients) == Approx(error).epsilon(1e-9));
        CHECK(point.training_error == Approx(error).epsilon(1e-8));
        CHECK(point.held_out_error == Approx(held_out_error).epsilon(1e-6));
        CHECK(linalg::relative_error(r_factors.held_out, solution.coefficients) ==
              Approx(held_out_error).epsilon(1e-6));
        const Eigen::Map<const Eigen::VectorXd> theta(expected.data(), columns);
        CHECK(point.coefficient_norm == Approx(theta.norm()).epsilon(1e-4));
        const auto exchanged =
            dense_ridge(held_out, held_out_rows, columns, chosen.scale, solution.absolute_ridge);
        CHECK(point.exchanged_error == Approx(tests::dense_error(dense, rows, exchanged)).epsilon(1e-6));
        const double lambda = solution.absolute_ridge;
        const double freedom = (s.array().square() / (s.array().square() + lambda * lambda)).sum();
        const Eigen::Map<const Eigen::VectorXd> weights(chosen.scale.data(), columns);
        const double misfit =
            error * Eigen::Map<const Eigen::VectorXd>(dense.data() + rows * columns, rows).norm();
        const double objective = misfit * misfit + (lambda * theta.cwiseProduct(weights)).squaredNorm();
        const double evidence = -0.25 * static_cast<double>(rows) * std::log(objective) -
                                0.5 * s.unaryExpr([&](double value) {
                                           return std::log1p(value * value / (lambda * lambda));
                                       }).sum();
        CHECK(point.log_evidence == Approx(evidence).epsilon(1e-6));
        const double expected_gcv = static_cast<double>(rows) * error / (static_cast<double>(rows) - freedom);
        CHECK(point.cross_validation == Approx(expected_gcv).epsilon(1e-6));
    }
}

TEST_CASE("The width curve solves the problem of the leading columns") {
    const int columns = 24;
    SyntheticRows source(world(), 400, columns, 3, tests::gaussian_rows(columns, 0.5));
    source.hold_every = 4;
    const auto solution = linalg::solve_ridge(linalg::factorise(world(), source), {1e-6, 1e-14});
    CHECK(solution.widths.back().columns == columns);
    std::vector<int> widths;
    for (const auto& point : solution.widths) widths.push_back(point.columns);
    CHECK(widths == std::vector<int>{1, 2, 3, 4, 6, 8, 12, 16, 24});
    GlobalIndex rows = 0;
    GlobalIndex held_out_rows = 0;
    const auto dense = source.dense(linalg::RowRole::training, rows);
    const auto held_out = source.dense(linalg::RowRole::held_out, held_out_rows);
    for (const auto& point : solution.widths) {
        CAPTURE(point.columns);
        const Eigen::Map<const Eigen::MatrixXd> z(dense.data(), rows, point.columns);
        const Eigen::Map<const Eigen::VectorXd> u(dense.data() + rows * columns, rows);
        const Eigen::VectorXd theta = z.householderQr().solve(u);
        std::vector<double> padded(theta.data(), theta.data() + point.columns);
        padded.resize(columns, 0.0);
        CHECK(point.training_error == Approx(tests::dense_error(dense, rows, padded)).epsilon(1e-6));
        CHECK(point.held_out_error ==
              Approx(tests::dense_error(held_out, held_out_rows, padded)).epsilon(1e-6));
    }
}

TEST_CASE("The ridge chosen on held-out rows is within twice the best") {
    const int columns = 128;
    struct Case {
        GlobalIndex rows;
        double noise;
    };
    // Of many rows a fixed slack in the held-out error would hide large errors of the model.
    for (const auto& [rows, noise] : {Case{600, 1e-1}, Case{600, 1e-3}, Case{600, 0.0}, Case{10000, 1e-1}}) {
        CAPTURE(rows, noise);
        SyntheticRows source(world(), rows, columns, 4, tests::feature_rows(columns, noise));
        source.hold_every = 4;
        const auto solution = linalg::solve_ridge(linalg::factorise(world(), source), {});
        // Fresh rows, without noise.
        const auto row = tests::feature_rows(columns, 0.0);
        SyntheticRows fresh(world(), 500, columns, 4,
                            [row](GlobalIndex i, double* out) { row(i + 100000, out); });
        const auto judge = linalg::factorise(world(), fresh).training;
        double best = linalg::relative_error(judge, solution.coefficients);
        const double chosen = best;
        const auto r_factors = linalg::factorise(world(), source);
        for (const auto& point : solution.path) {
            const auto other = linalg::solve_ridge(r_factors, {point.ridge, point.ridge});
            best = std::min(best, linalg::relative_error(judge, other.coefficients));
        }
        CHECK(chosen <= 2 * best);
    }
}

TEST_CASE("Without held-out rows the ridge is the floor") {
    SyntheticRows source(world(), 100, 5, 2, tests::gaussian_rows(5, 0.1));
    const auto solution = linalg::solve_ridge(linalg::factorise(world(), source), {-1, 1e-12});
    CHECK(solution.choice == "floor");
    CHECK(solution.ridge == 1e-12);
    CHECK(std::isnan(solution.path.front().held_out_error));
    CHECK(std::isnan(solution.path.front().log_evidence));
    // By default ten times what held-out rows may choose.
    CHECK(linalg::solve_ridge(linalg::factorise(world(), source), {}).ridge == 1e-13);
    CHECK(linalg::solve_ridge(linalg::factorise(world(), source), {1e-14, -1}).ridge == 1e-14);
}
