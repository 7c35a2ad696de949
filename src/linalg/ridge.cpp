#include "rfhgn/linalg/ridge.hpp"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <cstddef>
#include <limits>

#include "rfhgn/base/error.hpp"

#include "aligned_array.hpp"
#include "bidiagonal.hpp"
#include "householder.hpp"
#include "measures.hpp"

namespace rfhgn::linalg {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Row `row` of column `column` of an R factor.
const double* entry(const RFactor& r_factor, int column) {
    return r_factor.values.data() + static_cast<std::ptrdiff_t>(column) * (r_factor.columns + 1);
}

double square(double x) {
    return x * x;
}

// D: norms of columns times γ.
std::vector<double> scale_of(const RFactor& r_factor, const std::vector<double>& penalty) {
    RFHGN_ASSERT(penalty.empty() || penalty.size() == static_cast<std::size_t>(r_factor.columns));
    std::vector<double> norms;
    for (int column = 0; column < r_factor.columns; ++column) {
        const double norm = cblas_dnrm2(column + 1, entry(r_factor, column), 1);
        norms.push_back(norm > 0 ? norm : 1.0);
        if (!penalty.empty()) norms.back() *= penalty[static_cast<std::size_t>(column)];
    }
    return norms;
}

// R D⁻¹ [n, n] column-major.
std::vector<double> scaled_factor(const RFactor& r_factor, const std::vector<double>& scale) {
    const auto n = static_cast<std::size_t>(r_factor.columns);
    std::vector<double> r(n * n);
    for (std::size_t column = 0; column < n; ++column) {
        const double* from = entry(r_factor, static_cast<int>(column));
        for (std::size_t row = 0; row <= column; ++row) r[row + column * n] = from[row] / scale[column];
    }
    return r;
}

std::vector<double> relative_grid(double floor) {
    constexpr double largest = 1e-2;
    constexpr int per_decade = 4;
    std::vector<double> grid;
    const int steps =
        std::max(0, static_cast<int>(std::floor(per_decade * std::log10(largest / floor) + 1e-9)));
    for (int i = 0; i <= steps; ++i)
        grid.push_back(floor * std::pow(10.0, static_cast<double>(i) / per_decade));
    return grid;
}

// θ = D⁻¹ P y for every λ: [lambdas, n] column-major.
std::vector<double> all_coefficients(const Bidiagonal& b, const RidgeFamily& family,
                                     const std::vector<double>& scale, int count) {
    std::vector<double> theta(family.solutions.size());
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, count, b.n, b.n, 1.0, family.solutions.data(),
                count, b.p_transposed.data(), b.n, 0.0, theta.data(), count);
    auto* value = theta.data();
    for (const double norm : scale) {
        for (int l = 0; l < count; ++l) *value++ /= norm;
    }
    return theta;
}

// Errors on an R factor of every λ: (θ Rᵀ − 1 cᵀ) row by row.
std::vector<double> judge(const RFactor& r_factor, std::vector<double> theta, int count) {
    std::vector<double> errors(static_cast<std::size_t>(count), not_a_number);
    if (r_factor.rows == 0) return errors;
    const int n = r_factor.columns;
    cblas_dtrmm(CblasColMajor, CblasRight, CblasUpper, CblasTrans, CblasNonUnit, count, n, 1.0,
                r_factor.values.data(), n + 1, theta.data(), count);
    const double* c = entry(r_factor, n);
    std::vector<double> squares(static_cast<std::size_t>(count), square(c[n]));
    const double* prediction = theta.data();
    for (int row = 0; row < n; ++row) {
        for (int l = 0; l < count; ++l) squares[l] += square(*prediction++ - c[row]);
    }
    const double squared_rhs = r_factor.squared_rhs();
    for (int l = 0; l < count; ++l) errors[l] = relative(squares[l], squared_rhs);
    return errors;
}

// Roles exchanged: fitted to the held-out rows with the same penalty, judged by the training rows.
std::vector<double> exchanged_errors(const RFactorPair& r_factors, const std::vector<double>& scale,
                                     const std::vector<double>& lambdas) {
    const RFactor& rows = r_factors.held_out;
    const double* c = entry(rows, rows.columns);
    const Bidiagonal b = bidiagonalise(scaled_factor(rows, scale), std::vector<double>(c, c + rows.columns));
    const int count = static_cast<int>(lambdas.size());
    return judge(r_factors.training, all_coefficients(b, solve_family(b, lambdas), scale, count), count);
}

double degrees_of_freedom(const Bidiagonal& b, double lambda) {
    double degrees = 0;
    for (const double s : b.singular_values) degrees += square(s) / (square(s) + square(lambda));
    return degrees;
}

double cross_validation(const Bidiagonal& b, double lambda, double relative_residual, GlobalIndex rows) {
    const double freedom = static_cast<double>(rows) - degrees_of_freedom(b, lambda);
    return freedom > 0 ? static_cast<double>(rows) * relative_residual / freedom : infinite;
}

double log_evidence(const Bidiagonal& b, double lambda, double objective, GlobalIndex rows) {
    constexpr double independent = 0.5;
    double determinant = 0;
    for (const double s : b.singular_values) determinant += std::log1p(square(s / lambda));
    return -0.5 * (independent * static_cast<double>(rows) * std::log(objective) + determinant);
}

std::vector<RidgePoint> ridge_path(const RFactorPair& r_factors, const Bidiagonal& b,
                                   const std::vector<double>& scale, const std::vector<double>& grid,
                                   double unit, bool choosing) {
    std::vector<double> lambdas = grid;
    for (double& lambda : lambdas) lambda *= unit;
    const int count = static_cast<int>(grid.size());
    const auto family = solve_family(b, lambdas);
    const auto theta = all_coefficients(b, family, scale, count);
    const auto held_out = judge(r_factors.held_out, theta, count);
    const auto exchanged = choosing ? exchanged_errors(r_factors, scale, lambdas)
                                    : std::vector<double>(grid.size(), not_a_number);
    const double squared_rhs = r_factors.training.squared_rhs();
    const double corner = square(r_factors.training.values.back());
    std::vector<RidgePoint> path;
    path.reserve(grid.size());
    for (int l = 0; l < count; ++l) {
        const double error = relative(family.squared_residuals[l] + corner, squared_rhs);
        path.push_back({grid[l], error, held_out[l],
                        cross_validation(b, lambdas[l], error, r_factors.training.rows),
                        cblas_dnrm2(b.n, theta.data() + l, count), exchanged[l]});
        if (!choosing) continue;
        const double penalty = lambdas[l] * cblas_dnrm2(b.n, family.solutions.data() + l, count);
        path.back().log_evidence = log_evidence(
            b, lambdas[l], family.squared_residuals[l] + corner + square(penalty), r_factors.training.rows);
    }
    return path;
}

// Two judges whose mistakes differ. The largest λ that nearly minimises the product of both squared errors:
// with noise the held-out error alone is mostly noise that no λ changes, and from few trajectories; the
// exchanged fit has few rows to fit, so its error rises early where noise is fitted, and many to judge it by.
// And the evidence, which splits no data but believes in its model of noise and prior. Their geometric mean
// errs less than either.
double choose(const std::vector<RidgePoint>& path) {
    constexpr double slack = 0.01;
    const auto product = [](const RidgePoint& point) {
        return square(point.held_out_error) * square(point.exchanged_error);
    };
    double best_product = infinite;
    double best_evidence = -infinite;
    for (const auto& point : path) {
        best_product = std::min(best_product, product(point));
        best_evidence = std::max(best_evidence, point.log_evidence);
    }
    std::size_t by_errors = 0;
    std::size_t by_evidence = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (product(path[i]) <= (1 + slack) * best_product) by_errors = i;
        if (path[i].log_evidence >= best_evidence) by_evidence = i;
    }
    return path[(by_errors + by_evidence + 1) / 2].ridge;
}

// The R factor of [Z D⁻¹ u; λ I 0].
RFactor ridge_r_factor(const RFactor& training, const std::vector<double>& scaled, double lambda) {
    const int n = training.columns;
    RFactor result = training;
    for (int column = 0; column < n; ++column) {
        std::copy_n(scaled.begin() + static_cast<std::ptrdiff_t>(column) * n, n,
                    result.values.begin() + static_cast<std::ptrdiff_t>(column) * (n + 1));
    }
    const LocalIndex leading = column_distance(n);
    const auto size = static_cast<std::size_t>(leading) * (static_cast<std::size_t>(n) + 1);
    AlignedArray damping(size);
    std::fill_n(damping.data(), size, 0.0);
    for (std::ptrdiff_t i = 0; i < n; ++i) damping.data()[i * (leading + 1)] = lambda;
    HouseholderUpdate().apply(result.values.data(), {damping.data(), n, n, leading}, RowShape::triangular);
    return result;
}

// Leading columns of R_λ solve the problem of these columns alone.
std::vector<double> leading_coefficients(const RFactor& ridged, const std::vector<double>& scale, int width) {
    const int n = ridged.columns;
    const double* c = entry(ridged, n);
    std::vector<double> theta(c, c + width);
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, width, ridged.values.data(), n + 1,
                theta.data(), 1);
    for (int column = 0; column < width; ++column) theta[column] /= scale[column];
    theta.resize(static_cast<std::size_t>(n), 0.0);
    return theta;
}

std::vector<WidthPoint> width_curve(const RFactorPair& r_factors, const RFactor& ridged,
                                    const std::vector<double>& scale) {
    std::vector<WidthPoint> curve;
    const int n = ridged.columns;
    const auto add = [&](int width) {
        const auto theta = leading_coefficients(ridged, scale, width);
        curve.push_back(
            {width, relative_error(r_factors.training, theta), relative_error(r_factors.held_out, theta)});
    };
    for (int width = 1; width < n; width *= 2) {
        add(width);
        if (width > 1 && width / 2 * 3 < n) add(width / 2 * 3);
    }
    add(n);
    return curve;
}

}  // namespace

double relative_error(const RFactor& r_factor, const std::vector<double>& coefficients) {
    if (r_factor.rows == 0) return not_a_number;
    return relative(r_factor.squared_residual(coefficients), r_factor.squared_rhs());
}

std::vector<double> ridge_coefficients(const RFactor& r_factor, double absolute_ridge,
                                       const std::vector<double>& penalty) {
    const auto scale = scale_of(r_factor, penalty);
    const auto ridged = ridge_r_factor(r_factor, scaled_factor(r_factor, scale), absolute_ridge);
    return leading_coefficients(ridged, scale, r_factor.columns);
}

double default_floor(const RFactorPair& r_factors, double given_ridge) {
    return given_ridge >= 0 || r_factors.held_out.rows > 0 ? 5e-15 : 1e-13;
}

RidgeSolution solve_ridge(const RFactorPair& r_factors, const RidgeOptions& options) {
    const RFactor& training = r_factors.training;
    RFHGN_ASSERT(training.columns >= 1);
    const double floor =
        options.ridge_floor > 0 ? options.ridge_floor : default_floor(r_factors, options.ridge);
    const int n = training.columns;
    RidgeSolution solution;
    solution.scale = scale_of(training, options.penalty);
    const auto scaled = scaled_factor(training, solution.scale);
    const Bidiagonal b =
        bidiagonalise(scaled, std::vector<double>(entry(training, n), entry(training, n) + n));

    const auto& values = b.singular_values;
    solution.condition = values.back() > 0 ? values.front() / values.back() : infinite;
    const double unit = values.front() > 0 ? values.front() : 1.0;
    solution.rank = static_cast<int>(
        std::count_if(values.begin(), values.end(), [&](double value) { return value > 1e-14 * unit; }));
    const bool absolute = options.absolute_ridge >= 0;
    const bool given = absolute || options.ridge >= 0;
    const bool judged = r_factors.held_out.rows > 0;
    solution.path = ridge_path(r_factors, b, solution.scale, relative_grid(floor), unit, judged && !given);

    solution.choice = given ? "given" : judged ? "held-out" : "floor";
    const double asked = absolute ? options.absolute_ridge / unit : options.ridge;
    solution.ridge = given ? std::max(asked, floor) : judged ? choose(solution.path) : floor;
    solution.absolute_ridge = solution.ridge * unit;
    solution.degrees_of_freedom = degrees_of_freedom(b, solution.absolute_ridge);

    const RFactor ridged = ridge_r_factor(training, scaled, solution.absolute_ridge);
    solution.coefficients = leading_coefficients(ridged, solution.scale, n);
    solution.widths = width_curve(r_factors, ridged, solution.scale);
    const std::vector<double> ones(static_cast<std::size_t>(n), 1.0);
    solution.factor = scaled_factor(ridged, ones);
    solution.rhs.assign(entry(ridged, n), entry(ridged, n) + n);
    return solution;
}

}  // namespace rfhgn::linalg
