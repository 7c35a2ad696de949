#pragma once
/// Layers as matrices: what the features of all kinds of models are computed by.

#include <span>
#include <vector>

#include <Eigen/Core>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/dense_layer.hpp"

namespace rfhgn::model {

using Matrix = Eigen::MatrixXd;  // column-major
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Target = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>;

inline Target target(FeatureMatrix matrix, std::size_t points, int features) {
    return {matrix.values, static_cast<Eigen::Index>(points), features,
            Eigen::OuterStride<>(static_cast<Eigen::Index>(matrix.leading))};
}

inline std::span<double> column(Target& matrix, Eigen::Index c) {
    return {matrix.data() + c * matrix.outerStride(), static_cast<std::size_t>(matrix.rows())};
}

inline Eigen::Map<const RowMajor> weights(const DenseLayer& layer) {
    return {layer.weights.data(), layer.width, layer.inputs};
}

// Standardised inputs [points, inputs].
inline Matrix standardise(const DenseLayer& layer, std::span<const double> inputs, std::size_t points) {
    RFHGN_ASSERT(inputs.size() == points * static_cast<std::size_t>(layer.inputs));
    Matrix x(static_cast<Eigen::Index>(points), layer.inputs);
    const Eigen::Map<const Matrix> raw(inputs.data(), static_cast<Eigen::Index>(points), layer.inputs);
    for (Eigen::Index k = 0; k < x.cols(); ++k)
        x.col(k) = (raw.col(k).array() - layer.mean[static_cast<std::size_t>(k)]) *
                   layer.inverse_scale[static_cast<std::size_t>(k)];
    return x;
}

// Pre-activations W x + b of one neuron for all points.
inline void pre_activation(const DenseLayer& layer, const Matrix& x, Eigen::Index neuron,
                           std::span<double> z) {
    Eigen::Map<Eigen::ArrayXd> out(z.data(), static_cast<Eigen::Index>(z.size()));
    const auto w = weights(layer).row(neuron);
    out = w(0) * x.col(0).array() + layer.biases[static_cast<std::size_t>(neuron)];
    for (Eigen::Index k = 1; k < x.cols(); ++k) out += w(k) * x.col(k).array();
}

// d z / d input of one neuron, in units of the raw input.
inline double input_slope(const DenseLayer& layer, Eigen::Index neuron, int input) {
    return weights(layer)(neuron, input) * layer.inverse_scale[static_cast<std::size_t>(input)];
}

}  // namespace rfhgn::model
