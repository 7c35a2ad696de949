#include "rfhgn/linalg/triangle.hpp"

#include <algorithm>
#include <cstddef>

#include "rfhgn/base/error.hpp"

#include "aligned_array.hpp"
#include "householder.hpp"

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
    const auto size = static_cast<std::size_t>(triangle.columns) + 1;
    std::vector<double> values;
    values.reserve(size * (size + 1) / 2);
    for (std::size_t column = 0; column < size; ++column) {
        const double* entry = triangle.values.data() + column * size;
        values.insert(values.end(), entry, entry + column + 1);
    }
    return values;
}

Triangle unpacked(int columns, GlobalIndex rows, const std::vector<double>& packed) {
    Triangle triangle(columns);
    triangle.rows = rows;
    const auto size = static_cast<std::size_t>(columns) + 1;
    RFHGN_ASSERT(packed.size() == size * (size + 1) / 2);
    auto from = packed.begin();
    for (std::size_t column = 0; column < size; ++column) {
        const auto count = static_cast<std::ptrdiff_t>(column) + 1;
        std::copy(from, from + count, triangle.values.begin() + static_cast<std::ptrdiff_t>(column * size));
        from += count;
    }
    return triangle;
}

Triangle merge(const Triangle& a, const Triangle& b) {
    RFHGN_ASSERT(a.columns == b.columns);
    if (b.rows == 0) return a;
    if (a.rows == 0) return b;
    const int size = a.columns + 1;
    const LocalIndex leading = column_distance(size);
    AlignedArray copy(static_cast<std::size_t>(leading) * static_cast<std::size_t>(size));
    for (int column = 0; column < size; ++column) {
        const auto from = b.values.begin() + static_cast<std::ptrdiff_t>(column) * size;
        std::copy(from, from + size, copy.data() + static_cast<std::ptrdiff_t>(column) * leading);
    }
    Triangle result = a;
    HouseholderUpdate().apply(result.values.data(), {copy.data(), size, a.columns, leading},
                              RowShape::triangular);
    result.rows += b.rows;
    return result;
}

TrianglePair merge(const TrianglePair& a, const TrianglePair& b) {
    return {merge(a.training, b.training), merge(a.held_out, b.held_out)};
}

}  // namespace rfhgn::linalg
