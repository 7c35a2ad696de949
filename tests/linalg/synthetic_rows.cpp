#include "synthetic_rows.hpp"

#include <cmath>

#include "rfhgn/base/random.hpp"

namespace rfhgn::tests {

SyntheticRows::Row gaussian_rows(int columns, double noise) {
    return [=](GlobalIndex i, double* row) {
        const CounterRandom random(7, Stream::weights);
        const auto number = static_cast<std::uint64_t>(i);
        row[columns] = noise * random.normal2(number, 1000000)[0];
        for (int k = 0; k < columns; ++k) {
            row[k] = random.normal2(number, static_cast<std::uint64_t>(k))[0];
            row[columns] += row[k] * (1.0 + k % 3);
        }
    };
}

SyntheticRows::Row feature_rows(int columns, double noise) {
    return [=](GlobalIndex i, double* row) {
        const CounterRandom point(11, Stream::position);
        const CounterRandom weight(11, Stream::weights);
        const CounterRandom error(11, Stream::noise);
        const auto number = static_cast<std::uint64_t>(i);
        const double x = point.uniform(-1, 1, number, 0);
        const double y = point.uniform(-1, 1, number, 1);
        for (int k = 0; k < columns; ++k) {
            const auto neuron = static_cast<std::uint64_t>(k);
            const auto w = weight.normal2(neuron, 0);
            row[k] = std::tanh(w[0] * x + w[1] * y + weight.uniform(-1, 1, neuron, 1));
        }
        row[columns] = std::sin(2 * x) * std::cos(3 * y) + x * y + noise * error.normal2(number)[0];
    };
}

double dense_error(const std::vector<double>& matrix, GlobalIndex count,
                   const std::vector<double>& coefficients) {
    double residual = 0;
    double rhs = 0;
    const auto rows = static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < rows; ++i) {
        const double u = matrix[i + coefficients.size() * rows];
        double r = u;
        for (std::size_t k = 0; k < coefficients.size(); ++k) r -= matrix[i + k * rows] * coefficients[k];
        residual += r * r;
        rhs += u * u;
    }
    return std::sqrt(residual / rhs);
}

}  // namespace rfhgn::tests
