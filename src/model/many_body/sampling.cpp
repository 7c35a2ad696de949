#include "rfhgn/model/many_body/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"

#include "species_places.hpp"

namespace rfhgn::model::many_body {

namespace {

using Eigen::Index;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd>;

/// Directions beyond those asked for, and iterations: enough for the wanted ones to converge.
constexpr Index more_directions = 16;
constexpr int iterations = 30;

Eigen::MatrixXd orthonormal(const Eigen::MatrixXd& columns) {
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
    return qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

/// Eigenvectors of the largest eigenvalues, by simultaneous iteration from random vectors.
Eigen::MatrixXd leading_directions(const Eigen::MatrixXd& covariance, Index count, std::uint64_t seed) {
    const Index n = covariance.rows();
    const Index block = std::min(n, count + more_directions);
    const CounterRandom random(seed, Stream::weights);
    Eigen::MatrixXd x(n, block);
    for (Index j = 0; j < block; ++j)
        for (Index i = 0; i < n; ++i)
            x(i, j) = random.normal2(static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(j))[0];
    x = orthonormal(x);
    for (int k = 0; k < iterations; ++k) x = orthonormal(covariance * x);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> small(x.transpose() * covariance * x);
    Eigen::MatrixXd directions = x * small.eigenvectors().rowwise().reverse().leftCols(count);
    // A direction's sign is free: its largest component is positive.
    for (Index j = 0; j < count; ++j) {
        Index largest = 0;
        directions.col(j).cwiseAbs().maxCoeff(&largest);
        if (directions(largest, j) < 0) directions.col(j) *= -1;
    }
    return directions;
}

/// Sets the projection; returns y [atoms, directions].
Eigen::MatrixXd project(Features& features, const ConstMatrix& sample, const SamplingOptions& options) {
    const auto set = make_invariants(features.basis);
    RFHGN_ASSERT(sample.cols() == static_cast<Index>(set.size()));
    // A copy first: sums over memory of another alignment would have other last bits.
    Eigen::MatrixXd weighted = sample;
    const Eigen::VectorXd mean = weighted.colwise().mean().transpose();
    weighted.rowwise() -= mean.transpose();
    Eigen::VectorXd weight(sample.cols());
    Index varying = 0;
    for (Index k = 0; k < sample.cols(); ++k) {
        const double deviation =
            std::sqrt(weighted.col(k).squaredNorm() / static_cast<double>(sample.rows()));
        // Rounding alone makes a constant invariant "vary"; it is left out.
        const bool varies = deviation > 1e-10 * std::fabs(mean[k]) && deviation > 1e-300;
        const double degree = set.invariants[static_cast<std::size_t>(k)].degree;
        weight[k] = varies ? std::pow(1 + degree, -options.degree_power) / deviation : 0.0;
        varying += varies ? 1 : 0;
    }
    require(varying > 0, Advice{"give data in which atoms differ"},
            "no invariant varies over the sample of {} atoms", sample.rows());
    weighted *= weight.asDiagonal();
    const Index count = std::min({static_cast<Index>(options.directions), varying, sample.rows()});
    const Eigen::MatrixXd covariance = weighted.transpose() * weighted / static_cast<double>(sample.rows());
    Eigen::MatrixXd directions = leading_directions(covariance, count, options.seed);
    Eigen::MatrixXd y = weighted * directions;
    const double scale = std::sqrt(static_cast<double>(sample.rows()) / y.squaredNorm());
    const Eigen::MatrixXd matrix = weight.asDiagonal() * directions * scale;
    features.projection = {.directions = static_cast<int>(count),
                           .mean = {mean.data(), mean.data() + mean.size()},
                           .matrix = {matrix.data(), matrix.data() + matrix.size()}};
    return y * scale;
}

struct Pair {
    Index first = 0;
    Index second = 0;
    double squared = 0;
};

/// Eight times as many pairs of atoms as neurons are drawn; of those that are not among the nearest quarter
/// the first are taken.
std::vector<Pair> draw_pairs(const Eigen::MatrixXd& points, int count, std::uint64_t seed) {
    const CounterRandom random(seed, Stream::pairs);
    const auto atoms = static_cast<std::uint64_t>(points.rows());
    std::vector<Pair> drawn(8 * static_cast<std::size_t>(count));
    std::vector<double> distances;
    for (std::size_t k = 0; k < drawn.size(); ++k) {
        Pair& pair = drawn[k];
        pair.first = static_cast<Index>(random.below(atoms, k, 0));
        pair.second = static_cast<Index>(random.below(atoms, k, 1));
        pair.squared = (points.row(pair.second) - points.row(pair.first)).squaredNorm();
        distances.push_back(pair.squared);
    }
    const auto quarter = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 4);
    std::ranges::nth_element(distances, quarter);
    std::erase_if(drawn, [least = *quarter](const Pair& pair) { return pair.squared < least; });
    drawn.resize(static_cast<std::size_t>(count));
    return drawn;
}

/// Neurons see y and, where there are several species, which one the central atom has.
struct NeuronInputs {
    Eigen::MatrixXd points;  ///< [atoms, directions + species, or directions]
    Index directions;
    double contrast;

    [[nodiscard]] Index species() const { return points.cols() - directions; }
};

NeuronInputs neuron_inputs(const Eigen::MatrixXd& y, const std::vector<int>& place, std::size_t species,
                           double contrast) {
    const Index extra = species > 1 ? static_cast<Index>(species) : 0;
    NeuronInputs inputs{Eigen::MatrixXd::Zero(y.rows(), y.cols() + extra), y.cols(), contrast};
    inputs.points.leftCols(y.cols()) = y;
    for (Index i = 0; i < y.rows() && extra > 0; ++i)
        inputs.points(i, y.cols() + place[static_cast<std::size_t>(i)]) = contrast;
    return inputs;
}

/// What the species is worth to a neuron goes into its biases.
void set_neuron(Neurons& neurons, std::size_t k, const NeuronInputs& inputs, const Eigen::VectorXd& w,
                double bias) {
    const auto count = static_cast<std::size_t>(neurons.count);
    neurons.weights.insert(neurons.weights.end(), w.data(), w.data() + inputs.directions);
    neurons.biases[k] = bias;
    for (Index s = 0; s < inputs.species(); ++s)
        neurons.biases[static_cast<std::size_t>(s) * count + k] =
            bias + inputs.contrast * w[inputs.directions + s];
}

/// tanh is ∓1/2 at the two points of a pair where the steepness is 1 (arXiv 2306.16830, sec. 3).
void sample_swim(Neurons& neurons, const NeuronInputs& inputs, const SamplingOptions& options) {
    const double log3 = std::log(3.0);
    std::size_t k = 0;
    for (const Pair& pair : draw_pairs(inputs.points, neurons.count, options.seed)) {
        // Equal points make a neuron that is constant.
        const double scale = pair.squared > 0 ? options.steepness * log3 / pair.squared : 0.0;
        const Eigen::VectorXd w =
            scale * (inputs.points.row(pair.second) - inputs.points.row(pair.first)).transpose();
        set_neuron(neurons, k++, inputs, w,
                   -inputs.points.row(pair.first).dot(w) - options.steepness * log3 / 2);
    }
}

void sample_elm(Neurons& neurons, const NeuronInputs& inputs, const SamplingOptions& options) {
    const CounterRandom weights(options.seed, Stream::weights);
    const CounterRandom biases(options.seed, Stream::biases);
    Eigen::VectorXd w(inputs.points.cols());
    for (std::size_t k = 0; k < static_cast<std::size_t>(neurons.count); ++k) {
        for (Index d = 0; d < w.size(); ++d)
            w[d] = options.weight_scale * weights.normal2(k, static_cast<std::uint64_t>(d))[0];
        set_neuron(neurons, k, inputs, w, biases.uniform(-options.weight_scale, options.weight_scale, k));
    }
}

}  // namespace

void sample_neurons(Features& features, const AtomSample& sample, const SamplingOptions& options) {
    require(options.neurons >= 0 && options.directions >= 1 && options.steepness > 0, {},
            "{} neurons on {} directions of steepness {}", options.neurons, options.directions,
            options.steepness);
    features.projection = {};
    features.neurons = {};
    if (options.neurons == 0) return;
    require(sample.atoms() > 0, Advice{"give data"}, "neurons are sampled from no atom at all");
    std::vector<int> place;
    find_places(features.basis.species, sample.species, place);
    const auto atoms = static_cast<Index>(sample.atoms());
    const Eigen::MatrixXd y = project(
        features,
        ConstMatrix(sample.invariants.data(), atoms, static_cast<Index>(sample.invariants.size()) / atoms),
        options);
    const auto inputs = neuron_inputs(y, place, features.basis.species.size(), options.species_contrast);
    Neurons& neurons = features.neurons;
    neurons.count = options.neurons;
    neurons.biases.resize(static_cast<std::size_t>(options.neurons) * features.basis.species.size());
    if (options.sampler == SamplingOptions::Sampler::swim)
        sample_swim(neurons, inputs, options);
    else
        sample_elm(neurons, inputs, options);
}

}  // namespace rfhgn::model::many_body
