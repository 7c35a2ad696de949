#include "rfhgn/linalg/r_factor.hpp"

#include <algorithm>
#include <cstddef>

#include "rfhgn/base/error.hpp"

#include "r_factor_merger.hpp"
#include "r_factor_transfer.hpp"

namespace rfhgn::linalg {

RFactor::RFactor(int n)
    : columns(n), values(static_cast<std::size_t>(n + 1) * static_cast<std::size_t>(n + 1), 0.0) {}

int RFactor::height() const {
    const auto size = static_cast<std::size_t>(columns) + 1;
    auto height = static_cast<std::size_t>(rows);
    for (std::size_t k = 0; k < std::min(size, height); ++k)
        if (values[k * (size + 1)] == 0.0) ++height;
    return static_cast<int>(std::min(size, height));
}

double RFactor::squared_rhs() const {
    double sum = 0;
    for (auto value = values.end() - (columns + 1); value != values.end(); ++value) sum += *value * *value;
    return sum;
}

double RFactor::squared_residual(const std::vector<double>& coefficients) const {
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

std::vector<double> packed(const RFactor& r_factor) {
    std::vector<double> values;
    pack(r_factor, values);
    return values;
}

RFactor unpacked(int columns, GlobalIndex rows, const std::vector<double>& packed) {
    RFactor r_factor(columns);
    r_factor.rows = rows;
    unpack(packed, r_factor);
    return r_factor;
}

RFactor merge(const RFactor& a, const RFactor& b) {
    RFactor result = a;
    RFactorMerger().merge(result, b);
    return result;
}

RFactorPair merge(const RFactorPair& a, const RFactorPair& b) {
    return {merge(a.training, b.training), merge(a.held_out, b.held_out)};
}

}  // namespace rfhgn::linalg
