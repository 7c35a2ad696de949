#include "rfhgn/model/sampling.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/model/training_range.hpp"

#include "sample_layer.hpp"

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

namespace {

void append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Edges beyond the cutoff have no message.
EdgeInputs within(const Cutoff& cutoff, const EdgeInputs& edges) {
    if (cutoff.none()) return edges;
    std::vector<std::size_t> kept;
    for (std::size_t e = 0; e < edges.size(); ++e)
        if (!cutoff.beyond(edges.distance[e])) kept.push_back(e);
    EdgeInputs result;
    for (const std::size_t e : kept) {
        result.distance.push_back(edges.distance[e]);
        result.first_mass.push_back(edges.first_mass[e]);
        result.second_mass.push_back(edges.second_mass[e]);
    }
    for (std::size_t begin = 0; begin < edges.attributes.size(); begin += edges.size())
        for (const std::size_t e : kept) result.attributes.push_back(edges.attributes[begin + e]);
    return result;
}

// What the first of the layers sees of edges, [inputs][points].
std::vector<double> bond_data(const EdgeInputs& edges, RadialTransform input) {
    std::vector<double> bonds(edges.size());
    transform_distances(input, edges.distance, bonds, {});
    append(bonds, edges.attributes);
    return bonds;
}

std::vector<double> message_data(const EdgeInputs& edges, const PairwiseModel& model) {
    const auto points = edges.size();
    std::vector<double> bonds = bond_data(edges, model.radial_transform);
    if (model.edge) {
        std::vector<double> encoded(points * static_cast<std::size_t>(model.edge->width));
        layer_values(*model.edge, bonds, points, {encoded.data(), points});
        bonds = std::move(encoded);
    }
    std::vector<double> data;
    if (model.mass_input_messages) {
        append(data, edges.first_mass);
        append(data, edges.second_mass);
    }
    append(data, bonds);
    return data;
}

}  // namespace

PairwiseModel sample_model(const ReferenceSample& sample, const SamplingOptions& options, int dimension,
                           const std::vector<std::string>& edge_attribute_names) {
    PairwiseModel model;
    model.dimension = dimension;
    model.edge_attribute_names = edge_attribute_names;
    model.radial_transform = options.seen_distance();
    model.cutoff = options.reach();
    model.training_range = within(model.cutoff, sample.training_range);
    if (!options.species)
        model.training_range = {model.training_range.all_pairs, model.training_range.all_particles};
    // A list of one species says no more of a given graph than that there is none other.
    if (options.species && (sample.species.size() > 1 || !model.cutoff.none()))
        model.species = SpeciesPairs(sample.species);
    model.kinetic_known = options.knows_kinetic();
    model.mass_input = !model.kinetic_known && sample.training_range.all_particles.mass_min !=
                                                   sample.training_range.all_particles.mass_max;
    model.mass_input_messages = options.message_masses;
    if (!model.kinetic_known) {
        std::vector<double> data;
        if (model.mass_input)
            for (const double mass : sample.nodes.mass) data.push_back(1.0 / mass);
        append(data, sample.nodes.squared_momentum);
        model.node = sample_layer(data, sample.nodes.size(), options.node_width, options, 1);
    }
    const EdgeInputs edges = within(model.cutoff, sample.edges);
    require(edges.size() > 0, Advice{"set a larger cutoff in [model], or give denser data"},
            "no two particles of the training data are nearer than the cutoff {}", model.cutoff.radius);
    if (options.edge_width > 0)
        model.edge = sample_layer(bond_data(edges, model.radial_transform), edges.size(), options.edge_width,
                                  options, 2);
    model.message = sample_layer(message_data(edges, model), edges.size(), options.message_width, options, 3);
    return model;
}

}  // namespace rfhgn::model
