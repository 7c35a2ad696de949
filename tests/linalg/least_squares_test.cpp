#include "rfhgn/linalg/least_squares.hpp"

#include <cmath>

#include <Eigen/Dense>

#include "support/world.hpp"
#include "synthetic_rows.hpp"

namespace {

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

// Smallest residual of a truncated SVD over a range of truncations, as dgelsd would give.
double best_truncated_error(const std::vector<double>& matrix, GlobalIndex rows, int columns) {
    const Eigen::Map<const Eigen::MatrixXd> z(matrix.data(), rows, columns);
    const Eigen::VectorXd u = Eigen::Map<const Eigen::VectorXd>(matrix.data() + rows * columns, rows);
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(z, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::VectorXd projected = svd.matrixU().transpose() * u;
    double best = 1;
    for (const double cut : {1e-15, 1e-14, 1e-13, 1e-12, 1e-10}) {
        Eigen::VectorXd y = projected.cwiseQuotient(svd.singularValues());
        for (int i = 0; i < columns; ++i) {
            if (svd.singularValues()(i) < cut * svd.singularValues()(0)) y(i) = 0;
        }
        const Eigen::VectorXd theta = svd.matrixV() * y;
        best = std::min(best, (u - z * theta).norm() / u.norm());
    }
    return best;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double difference = a.size() == b.size() ? 0.0 : 1e300;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        difference = std::max(difference, std::abs(a[i] - b[i]));
    return difference;
}

}  // namespace

TEST_CASE("The factor and the noise are those of Bayesian linear regression") {
    const int columns = 20;
    SyntheticRows source(world(), 900, columns, 6, tests::gaussian_rows(columns, 0.3));
    source.hold_every = 4;
    linalg::LeastSquaresOptions options;
    options.ridge = 0.2;
    const auto solution = linalg::solve(world(), source, options);
    GlobalIndex rows = 0;
    const auto dense = source.dense(linalg::RowRole::training, rows);
    const Eigen::Map<const Eigen::MatrixXd> z(dense.data(), rows, columns);
    const Eigen::Map<const Eigen::VectorXd> u(dense.data() + rows * columns, rows);
    const Eigen::MatrixXd gram = z.transpose() * z;
    const Eigen::VectorXd norms = gram.diagonal().cwiseSqrt();
    const Eigen::MatrixXd scaled = z * norms.cwiseInverse().asDiagonal();
    const double lambda = options.ridge * Eigen::BDCSVD<Eigen::MatrixXd>(scaled).singularValues()(0);
    const Eigen::MatrixXd precision = gram + lambda * lambda * Eigen::MatrixXd(gram.diagonal().asDiagonal());
    const Eigen::Map<const Eigen::MatrixXd> factor(solution.factor.data(), columns, columns);
    CHECK((factor.transpose() * factor - precision).norm() < 1e-12 * precision.norm());
    const double degrees = (precision.inverse() * gram).trace();
    CHECK(solution.report.degrees_of_freedom == Approx(degrees).epsilon(1e-10));

    const Eigen::Map<const Eigen::VectorXd> theta(solution.coefficients.data(), columns);
    GlobalIndex held_rows = 0;
    const auto held = source.dense(linalg::RowRole::held_out, held_rows);
    const Eigen::Map<const Eigen::MatrixXd> held_z(held.data(), held_rows, columns);
    const Eigen::Map<const Eigen::VectorXd> held_u(held.data() + held_rows * columns, held_rows);
    const double training = (z * theta - u).norm() / std::sqrt(static_cast<double>(rows) - degrees);
    const double unseen = (held_z * theta - held_u).norm() / std::sqrt(static_cast<double>(held_rows));
    CHECK(solution.report.noise == Approx(std::max(training, unseen)).epsilon(1e-10));
    const double prior = lambda * norms.cwiseProduct(theta).norm() / std::sqrt(degrees);
    CHECK(solution.report.ridge_noise == Approx(prior).epsilon(1e-10));
    const Eigen::Map<const Eigen::VectorXd> damping(solution.damping.data(), columns);
    CHECK((damping - lambda * norms).norm() < 1e-12 * damping.norm());
}

TEST_CASE("A well-conditioned problem is solved to rounding and certified") {
    const int columns = 30;
    SyntheticRows source(world(), 700, columns, 6, tests::gaussian_rows(columns, 0.3));
    const auto solution = linalg::solve(world(), source, {});
    GlobalIndex rows = 0;
    const auto dense = source.dense(linalg::RowRole::training, rows);
    const Eigen::Map<const Eigen::MatrixXd> z(dense.data(), rows, columns);
    const Eigen::Map<const Eigen::VectorXd> u(dense.data() + rows * columns, rows);
    const Eigen::VectorXd theta = z.householderQr().solve(u);
    for (int k = 0; k < columns; ++k) CHECK(solution.coefficients[k] == Approx(theta(k)).epsilon(1e-12));
    const auto& report = solution.report;
    CHECK(report.training_error == Approx((z * theta - u).norm() / u.norm()).epsilon(1e-12));
    CHECK(report.normal_residual < 1e-12);
    CHECK(report.lsqr_iterations >= 1);
    CHECK(report.rank == columns);
    CHECK(report.rows == 700);
    CHECK(report.columns == columns);
    CHECK(std::isnan(report.held_out_error));
    CHECK(report.largest_coefficient == Approx(theta.cwiseAbs().maxCoeff()));
}

TEST_CASE("A numerically rank-deficient feature matrix is fitted as well as by a truncated SVD") {
    const int columns = 256;
    SyntheticRows source(world(), 2000, columns, 8, tests::feature_rows(columns, 0.0));
    source.block_rows = 100;
    linalg::LeastSquaresOptions options;
    options.ridge_floor = 1e-14;
    const auto direct = linalg::solve(world(), source, options);
    GlobalIndex rows = 0;
    const auto dense = source.dense(linalg::RowRole::training, rows);
    const double best = best_truncated_error(dense, rows, columns);
    const double error = tests::dense_error(dense, rows, direct.coefficients);
    CAPTURE(best, error, direct.report.rank, direct.report.normal_residual);
    CHECK(direct.report.rank < columns);
    CHECK(error < 1.5 * best);
    CHECK(direct.report.training_error == Approx(error).epsilon(0.01));

    options.method = "lsqr";
    const auto plain = linalg::solve(world(), source, options);
    CHECK(plain.report.lsqr_iterations == 300);
    CHECK(tests::dense_error(dense, rows, plain.coefficients) > 100 * error);
}

TEST_CASE("Refinement never worsens the objective, and zero iterations skip it") {
    SyntheticRows source(world(), 900, 64, 5, tests::feature_rows(64, 1e-3));
    source.hold_every = 5;
    linalg::LeastSquaresOptions options;
    options.lsqr_iterations = 0;
    const auto direct = linalg::solve(world(), source, options);
    CHECK(direct.report.lsqr_reason == "not called");
    CHECK(std::isnan(direct.report.normal_residual));
    options.lsqr_iterations = 3;
    const auto refined = linalg::solve(world(), source, options);
    CHECK(refined.report.training_error <= direct.report.training_error * (1 + 1e-12));
    CHECK(refined.report.normal_residual < 1e-6);
    CHECK(refined.report.held_out_error == Approx(direct.report.held_out_error).epsilon(1e-6));
    CHECK(refined.report.held_out_rows > 0);
}

TEST_CASE("Rows kept and rows produced again give the same bits") {
    SyntheticRows source(world(), 900, 40, 5, tests::feature_rows(40, 1e-3));
    source.hold_every = 5;
    linalg::LeastSquaresOptions options;
    for (const char* method : {"direct", "lsqr"}) {
        CAPTURE(method);
        options.method = method;
        options.rows = "keep";
        const auto kept = linalg::solve(world(), source, options);
        options.rows = "recompute";
        const auto again = linalg::solve(world(), source, options);
        CHECK(largest_difference(kept.coefficients, again.coefficients) == 0);
        options.rows = "auto";
        options.row_memory = 0;
        CHECK(largest_difference(linalg::solve(world(), source, options).coefficients, again.coefficients) ==
              0);
    }
}

TEST_CASE("The direct solution has the same bits on any number of ranks; the refined one fits as well") {
    const auto alone = parallel::Communicator::self();
    SyntheticRows spread(world(), 800, 48, 5, tests::feature_rows(48, 1e-3));
    SyntheticRows whole(alone, 800, 48, 5, tests::feature_rows(48, 1e-3));
    spread.hold_every = whole.hold_every = 4;
    linalg::LeastSquaresOptions options;
    options.lsqr_iterations = 0;
    const auto ours = linalg::solve(world(), spread, options);
    const auto expected = linalg::solve(alone, whole, options);
    CHECK(largest_difference(ours.coefficients, expected.coefficients) == 0);
    CHECK(ours.report.ridge == expected.report.ridge);
    options.lsqr_iterations = 3;
    const auto refined = linalg::solve(world(), spread, options);
    const auto refined_alone = linalg::solve(alone, whole, options);
    CHECK(refined.report.training_error == Approx(refined_alone.report.training_error).epsilon(1e-9));
    CHECK(refined.report.held_out_error == Approx(refined_alone.report.held_out_error).epsilon(1e-9));
}

TEST_CASE("Plain LSQR solves an easy problem") {
    SyntheticRows source(world(), 500, 10, 4, tests::gaussian_rows(10, 0.1));
    source.hold_every = 5;
    linalg::LeastSquaresOptions options;
    options.ridge = 1e-14;
    const auto direct = linalg::solve(world(), source, options);
    options.method = "lsqr";
    const auto plain = linalg::solve(world(), source, options);
    CHECK(largest_difference(direct.coefficients, plain.coefficients) < 1e-10);
    CHECK(plain.report.held_out_error == Approx(direct.report.held_out_error).epsilon(1e-8));
    CHECK(plain.report.held_out_rows == direct.report.held_out_rows);
    CHECK(plain.report.normal_residual < 1e-12);
    CHECK(plain.report.lsqr_iterations < 100);
}
