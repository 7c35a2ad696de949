#include "rfhgn/linalg/triangle.hpp"

#include <cstddef>

#include "rfhgn/base/error.hpp"

#include "triangle_courier.hpp"
#include "triangle_merger.hpp"

namespace rfhgn::linalg {

Triangle::Triangle(int n)
    : columns(n), values(static_cast<std::size_t>(n + 1) * static_cast<std::size_t>(n + 1), 0.0) {}

double Triangle::squared_rhs() const {
    double sum = 0;
    for (auto value = values.end() - (columns + 1); value != values.end(); ++value) sum += *value * *value;
    return sum;
}

double Triangle::squared_residual(const std::vector<double>& coefficients) const {
    RFHGN_ASSERT(static_cast<int>(coefficients.size()) == columns);
    const auto height = static_cast<std::size_t>(columns) + 1;
    std::vector<double> residual(values.end() - static_cast<std::ptrdiff_t>(height), values.end());
    for (std::size_t column = 0; column + 1 < height; ++column) {
        const double* entry = values.data() + column * height;
        for (std::size_t row = 0; row <= column; ++row) residual[row] -= entry[row] * coefficients[column];
    }
    double sum = 0;
    for (const double value : residual) sum += value * value;
    return sum;
}

std::vector<double> packed(const Triangle& triangle) {
    std::vector<double> values;
    pack(triangle, values);
    return values;
}

Triangle unpacked(int columns, GlobalIndex rows, const std::vector<double>& packed) {
    Triangle triangle(columns);
    triangle.rows = rows;
    unpack(packed, triangle);
    return triangle;
}

Triangle merge(const Triangle& a, const Triangle& b) {
    Triangle result = a;
    TriangleMerger().merge(result, b);
    return result;
}

TrianglePair merge(const TrianglePair& a, const TrianglePair& b) {
    return {merge(a.training, b.training), merge(a.held_out, b.held_out)};
}

}  // namespace rfhgn::linalg
