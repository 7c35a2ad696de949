#include "lsqr.hpp"

#include <cmath>
#include <numeric>

#include <petscsys.h>

#include "rfhgn/linalg/least_squares.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

namespace {

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

constexpr int columns = 20;

// Global inner product of two distributed vectors.
double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return parallel::sum(world(), std::inner_product(a.begin(), a.end(), b.begin(), 0.0));
}

std::vector<double> wave(std::size_t size, double frequency) {
    std::vector<double> values(size);
    for (std::size_t i = 0; i < size; ++i)
        values[i] = std::sin(frequency * static_cast<double>(i + 1) + world().rank());
    return values;
}

}  // namespace

TEST_CASE("B has an adjoint and orthonormal columns, with many rows, few, or none on a rank") {
    for (const GlobalIndex rows : {GlobalIndex{600}, GlobalIndex{5}}) {
        CAPTURE(rows);
        SyntheticRows source(world(), rows, columns, 2, tests::feature_rows(columns, 0.01));
        const auto ridge = linalg::solve_ridge(linalg::factorise(world(), source), {1e-4, 1e-14});
        linalg::RepeatedRows repeated(source, linalg::RowRole::training, true);
        linalg::RidgeOperator op(world(), repeated, ridge);
        const auto slice = static_cast<std::size_t>(op.slice().size());
        const auto s = wave(slice, 0.7);
        const auto y = wave(static_cast<std::size_t>(op.range_size()), 1.3);
        std::vector<double> forward(y.size());
        std::vector<double> backward(slice);
        op.multiply(s, forward);
        op.multiply_transposed(y, backward);
        CHECK(dot(forward, y) == Approx(dot(s, backward)).epsilon(1e-9));
        op.multiply_transposed(forward, backward);
        double difference = 0;
        for (std::size_t i = 0; i < slice; ++i)
            difference = std::max(difference, std::abs(backward[i] - s[i]));
        CHECK(parallel::max(world(), difference) < 1e-9);
    }
}

TEST_CASE("LSQR through R_λ⁻¹ reaches the direct ridge solution from zero in a few steps") {
    SyntheticRows source(world(), 600, columns, 5, tests::feature_rows(columns, 0.01));
    const auto ridge = linalg::solve_ridge(linalg::factorise(world(), source), {1e-3, 1e-14});
    linalg::RepeatedRows repeated(source, linalg::RowRole::training, false);
    linalg::RidgeOperator op(world(), repeated, ridge);
    auto start = op.residual(std::vector<double>(columns, 0.0));
    const auto result = linalg::run_lsqr(world(), op, start.values, 4);
    CHECK(result.iterations <= 4);
    for (int k = 0; k < columns; ++k)
        CHECK(result.coefficients[k] == Approx(ridge.coefficients[k]).epsilon(1e-8));
    const auto end = op.residual(result.coefficients);
    CHECK(end.gradient_norm < 1e-10 * std::sqrt(end.squared));
    CHECK(end.squared > end.squared_rows);
}

TEST_CASE("PETSc options with the prefix reach the solver") {
    SyntheticRows source(world(), 600, 64, 5, tests::feature_rows(64, 0.01));
    linalg::LeastSquaresOptions options;
    options.method = "lsqr";
    PetscOptionsSetValue(nullptr, "-rfhgn_ksp_max_it", "7");
    const auto report = linalg::solve(world(), source, options).report;
    PetscOptionsClearValue(nullptr, "-rfhgn_ksp_max_it");
    CHECK(report.lsqr_iterations == 7);
    CHECK(report.lsqr_reason == "iteration limit");
    CHECK(report.normal_residual > 1e-12);
}
