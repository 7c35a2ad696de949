#include "sample_layer.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"

namespace rfhgn::model {

namespace {

constexpr int pair_attempts = 32;

// SWIM's constants (arXiv 2306.16830, sec. 3): σ takes given values at the two points of a pair. For tanh
// −1/2 and 1/2; sigmoid 1/4 and 3/4 is the same rise; softplus has that sigmoid as its slope; sine spans half
// of its linear part.
struct PairConstants {
    double rise;
    double offset;
};

PairConstants pair_constants(Activation activation) {
    const double log3 = std::log(3.0);
    switch (activation) {
        case Activation::tanh:
            return {log3, log3 / 2};
        case Activation::sigmoid:
        case Activation::softplus:
            return {2 * log3, log3};
        case Activation::sine:
            return {std::asin(0.5) * 2, std::asin(0.5)};
    }
    RFHGN_ASSERT(false);
}

// Standardised data points of a layer, [points][inputs].
struct Points {
    std::size_t inputs;
    std::vector<double> values;
    [[nodiscard]] std::size_t count() const { return values.size() / inputs; }
    [[nodiscard]] const double* point(std::size_t i) const { return values.data() + i * inputs; }
};

// Takes mean and scale from the data [inputs][points] and returns the standardised points.
Points standardise(DenseLayer& layer, std::span<const double> data, std::size_t count) {
    const auto inputs = static_cast<std::size_t>(layer.inputs);
    Points points{inputs, std::vector<double>(count * inputs)};
    for (std::size_t k = 0; k < inputs; ++k) {
        const auto column = data.subspan(k * count, count);
        double mean = 0;
        for (const double v : column) mean += v;
        mean /= static_cast<double>(count);
        double variance = 0;
        for (const double v : column) variance += (v - mean) * (v - mean);
        const double deviation = std::sqrt(variance / static_cast<double>(count));
        // Rounding alone makes a constant input "vary"; such an input is switched off.
        const bool varies = deviation > 1e-12 * std::max(1.0, std::fabs(mean));
        layer.mean.push_back(mean);
        layer.inverse_scale.push_back(varies ? 1.0 / deviation : 0.0);
        for (std::size_t i = 0; i < count; ++i)
            points.values[i * inputs + k] = (column[i] - mean) * layer.inverse_scale[k];
    }
    return points;
}

struct Pair {
    std::size_t first;
    std::size_t second;
    double squared_distance;
};

// The first drawn pair that is `gap` apart, else the widest that was drawn.
Pair draw_pair(const Points& points, const CounterRandom& random, std::uint64_t neuron, double gap) {
    Pair widest{0, 0, -1.0};
    for (std::uint64_t attempt = 0; attempt < pair_attempts; ++attempt) {
        const auto words = random.uniform2(neuron, attempt);
        const auto count = static_cast<double>(points.count());
        const auto a = static_cast<std::size_t>(words[0] * count);
        const auto b = static_cast<std::size_t>(words[1] * count);
        double squared = 0;
        for (std::size_t k = 0; k < points.inputs; ++k) {
            const double d = points.point(b)[k] - points.point(a)[k];
            squared += d * d;
        }
        if (squared > widest.squared_distance) widest = {a, b, squared};
        if (squared >= gap * gap && squared > 0.0) return {a, b, squared};
    }
    return widest;
}

void sample_swim(DenseLayer& layer, const Points& points, const SamplingOptions& options,
                 std::uint64_t layer_key) {
    const CounterRandom random(options.seed, Stream::pairs);
    const auto constants = pair_constants(layer.activation);
    for (int m = 0; m < layer.width; ++m) {
        const auto key = (layer_key << 32U) | static_cast<std::uint64_t>(m);
        const Pair pair = draw_pair(points, random, key, options.gap);
        double bias = -constants.offset;
        for (std::size_t k = 0; k < points.inputs; ++k) {
            const double d = points.point(pair.second)[k] - points.point(pair.first)[k];
            const double w = pair.squared_distance > 0.0
                                 ? options.steepness * constants.rise * d / pair.squared_distance
                                 : 0.0;
            layer.weights.push_back(w);
            bias -= w * points.point(pair.first)[k];
        }
        layer.biases.push_back(bias);
    }
}

void sample_elm(DenseLayer& layer, const SamplingOptions& options, std::uint64_t layer_key) {
    const CounterRandom weights(options.seed, Stream::weights);
    const CounterRandom biases(options.seed, Stream::biases);
    for (int m = 0; m < layer.width; ++m) {
        const auto key = (layer_key << 32U) | static_cast<std::uint64_t>(m);
        for (int k = 0; k < layer.inputs; ++k)
            layer.weights.push_back(options.weight_scale *
                                    weights.normal2(key, static_cast<std::uint64_t>(k))[0]);
        layer.biases.push_back(biases.uniform(-options.bias_range, options.bias_range, key));
    }
}

}  // namespace

DenseLayer sample_layer(std::span<const double> data, std::size_t points, int width,
                        const SamplingOptions& options, std::uint64_t layer_key) {
    DenseLayer layer;
    layer.activation = parse_activation(options.activation);
    layer.inputs = static_cast<int>(data.size() / points);
    layer.width = width;
    const Points standardised = standardise(layer, data, points);
    if (options.sampler == "elm")
        sample_elm(layer, options, layer_key);
    else
        sample_swim(layer, standardised, options, layer_key);
    return layer;
}

}  // namespace rfhgn::model
