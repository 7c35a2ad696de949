#include "rfhgn/model/dense_layer.hpp"

#include <fmt/format.h>

#include "layer_algebra.hpp"

namespace rfhgn::model {

void layer_values(const DenseLayer& layer, std::span<const double> inputs, std::size_t points,
                  FeatureMatrix value) {
    const Matrix x = standardise(layer, inputs, points);
    Target out = target(value, points, layer.width);
    for (Eigen::Index m = 0; m < layer.width; ++m) {
        const auto z = column(out, m);
        pre_activation(layer, x, m, z);
        activate(layer.activation, z, z, {});
    }
}

std::string layer_difference(const char* name, const DenseLayer& a, const DenseLayer& b) {
    if (a.width != b.width)
        return fmt::format("the {} layers have {} and {} features", name, a.width, b.width);
    if (a.activation != b.activation)
        return fmt::format("the {} layers use {} and {}", name, to_string(a.activation),
                           to_string(b.activation));
    if (a.inputs != b.inputs)
        return fmt::format("the {} layers see {} and {} inputs", name, a.inputs, b.inputs);
    if (a.weights != b.weights || a.biases != b.biases)
        return fmt::format("the weights of the {} layers differ", name);
    if (a.mean != b.mean || a.inverse_scale != b.inverse_scale)
        return fmt::format("the {} layers standardise their inputs differently", name);
    return {};
}

}  // namespace rfhgn::model
