#pragma once
/// Layers of neurons: what hidden features of every kind of model are made of.

#include <span>
#include <vector>

#include "rfhgn/model/activation.hpp"

namespace rfhgn::model {

/// h = σ(W (x − mean) ∘ inverse_scale + b). Weights are [width, inputs] row-major.
struct DenseLayer {
    Activation activation = Activation::tanh;
    int inputs = 0;
    int width = 0;
    std::vector<double> mean;           ///< [inputs], standardisation of the data
    std::vector<double> inverse_scale;  ///< [inputs]; 0 for an input that does not vary
    std::vector<double> weights;        ///< [width, inputs]
    std::vector<double> biases;         ///< [width]
};

/// Where a batch of features goes: column-major [points, features].
struct FeatureMatrix {
    double* values;
    std::size_t leading;  ///< distance between columns, >= points
};

/// The layer's outputs [points, width] for inputs [inputs][points] that are not yet standardised.
void layer_values(const DenseLayer& layer, std::span<const double> inputs, std::size_t points,
                  FeatureMatrix value);

/// In what two layers differ, bit for bit; empty when they do not. `name` is for the words.
std::string layer_difference(const char* name, const DenseLayer& a, const DenseLayer& b);

}  // namespace rfhgn::model
