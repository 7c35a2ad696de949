#pragma once
/// Activation functions over arrays, written so that the compiler vectorises them.

#include <span>
#include <string>

namespace rfhgn::model {

enum class Activation { tanh, sigmoid, softplus, sine };

/// Throws InputError for an unknown name.
Activation parse_activation(const std::string& name);
std::string to_string(Activation activation);

/// value[i] = σ(z[i]) and slope[i] = σ'(z[i]). Either may be empty; both may alias z.
void activate(Activation activation, std::span<const double> z, std::span<double> value,
              std::span<double> slope);

/// sum[i] += c σ'(w x[i] + b): one neuron's part of the slope of a single-layer network with one input.
void add_neuron_slope(Activation activation, double w, double b, double c, std::span<const double> x,
                      std::span<double> sum);

/// sum[i] += c σ(w x[i] + b) beside slope_sum[i] += slope_c σ'(w x[i] + b).
void add_neuron(Activation activation, double w, double b, double c, double slope_c,
                std::span<const double> x, std::span<double> sum, std::span<double> slope_sum);

}  // namespace rfhgn::model
