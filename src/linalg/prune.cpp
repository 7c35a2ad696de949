#include "rfhgn/linalg/prune.hpp"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <cstddef>

namespace rfhgn::linalg {

namespace {

RFactor leading(const RFactor& r_factor, int width) {
    RFactor result(width);
    result.rows = r_factor.rows;
    const std::ptrdiff_t size = r_factor.columns + 1;
    const auto* from = r_factor.values.data();
    auto* to = result.values.data();
    for (std::ptrdiff_t column = 0; column < width; ++column)
        std::copy_n(from + column * size, column + 1, to + column * (width + 1));
    const double* rhs = from + r_factor.columns * size;
    double* const new_rhs = to + static_cast<std::ptrdiff_t>(width) * (width + 1);
    std::copy_n(rhs, width, new_rhs);
    new_rhs[width] = cblas_dnrm2(r_factor.columns + 1 - width, rhs + width, 1);
    return result;
}

std::vector<double> leading_coefficients(const RidgeSolution& full, int width) {
    const int n = static_cast<int>(full.rhs.size());
    std::vector<double> theta(full.rhs.begin(), full.rhs.begin() + width);
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, width, full.factor.data(), n,
                theta.data(), 1);
    for (std::size_t column = 0; column < theta.size(); ++column) theta[column] /= full.scale[column];
    theta.resize(full.rhs.size(), 0.0);
    return theta;
}

}  // namespace

RFactorPair leading(const RFactorPair& r_factors, int width) {
    return {leading(r_factors.training, width), leading(r_factors.held_out, width)};
}

double judged_error(const RFactorPair& r_factors, const std::vector<double>& coefficients) {
    return relative_error(r_factors.held_out.rows > 0 ? r_factors.held_out : r_factors.training,
                          coefficients);
}

int sufficient_width(const RFactorPair& r_factors, const RidgeSolution& full, double tolerance) {
    const int n = r_factors.training.columns;
    int fails = 0;
    int passes = n;
    while (passes - fails > 1) {
        const int width = fails + (passes - fails) / 2;
        const bool good = judged_error(r_factors, leading_coefficients(full, width)) <= tolerance;
        (good ? passes : fails) = width;
    }
    return passes;
}

}  // namespace rfhgn::linalg
