#include "rfhgn/linalg/prune.hpp"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <cstddef>

namespace rfhgn::linalg {

namespace {

Triangle leading(const Triangle& triangle, int width) {
    Triangle result(width);
    result.rows = triangle.rows;
    const std::ptrdiff_t size = triangle.columns + 1;
    const auto* from = triangle.values.data();
    auto* to = result.values.data();
    for (std::ptrdiff_t column = 0; column < width; ++column)
        std::copy_n(from + column * size, column + 1, to + column * (width + 1));
    const double* rhs = from + triangle.columns * size;
    double* const new_rhs = to + static_cast<std::ptrdiff_t>(width) * (width + 1);
    std::copy_n(rhs, width, new_rhs);
    new_rhs[width] = cblas_dnrm2(triangle.columns + 1 - width, rhs + width, 1);
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

TrianglePair leading(const TrianglePair& triangles, int width) {
    return {leading(triangles.training, width), leading(triangles.held_out, width)};
}

double judged_error(const TrianglePair& triangles, const std::vector<double>& coefficients) {
    return relative_error(triangles.held_out.rows > 0 ? triangles.held_out : triangles.training,
                          coefficients);
}

int sufficient_width(const TrianglePair& triangles, const RidgeSolution& full, double tolerance) {
    const int n = triangles.training.columns;
    int fails = 0;
    int passes = n;
    while (passes - fails > 1) {
        const int width = fails + (passes - fails) / 2;
        const bool good = judged_error(triangles, leading_coefficients(full, width)) <= tolerance;
        (good ? passes : fails) = width;
    }
    return passes;
}

}  // namespace rfhgn::linalg
