#include "radial_messages.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

NeuronSum::NeuronSum(const DenseLayer& layer, std::span<const double> coefficients)
    : activation_(layer.activation), mean_(layer.mean[0]), inverse_scale_(layer.inverse_scale[0]) {
    for (std::size_t m = 0; m < coefficients.size(); ++m) {
        if (coefficients[m] == 0.0) continue;  // a column that the solver left out
        weights_.push_back(layer.weights[m]);
        biases_.push_back(layer.biases[m]);
        coefficients_.push_back(coefficients[m]);
        slope_coefficients_.push_back(coefficients[m] * layer.weights[m] * inverse_scale_);
    }
}

std::span<const double> NeuronSum::standardise(std::span<const double> input) const {
    thread_local std::vector<double> x;
    x.resize(input.size());
    std::transform(input.begin(), input.end(), x.begin(),
                   [this](double raw) { return (raw - mean_) * inverse_scale_; });
    return x;
}

void NeuronSum::slopes(std::span<const double> input, std::span<double> slope) const {
    const auto x = standardise(input);
    std::fill(slope.begin(), slope.end(), 0.0);
    for (std::size_t m = 0; m < weights_.size(); ++m)
        add_neuron_slope(activation_, weights_[m], biases_[m], slope_coefficients_[m], x, slope);
}

void NeuronSum::values_and_slopes(std::span<const double> input, std::span<double> value,
                                  std::span<double> slope) const {
    const auto x = standardise(input);
    std::fill(value.begin(), value.end(), 0.0);
    std::fill(slope.begin(), slope.end(), 0.0);
    for (std::size_t m = 0; m < weights_.size(); ++m)
        add_neuron(activation_, weights_[m], biases_[m], coefficients_[m], slope_coefficients_[m], x, value,
                   slope);
}

RadialMessages::RadialMessages(const PairwiseModel& model)
    : input_(model.radial_transform), cutoff_(model.cutoff), pairs_(model.species) {
    const auto pairs = static_cast<std::size_t>(model.species.pairs());
    const auto width = static_cast<std::size_t>(model.message.width);
    RFHGN_ASSERT(serve(model) && model.message_coefficients.size() == width * pairs);
    std::vector<double> coefficients(width);
    for (std::size_t k = 0; k < pairs; ++k) {
        for (std::size_t m = 0; m < width; ++m) coefficients[m] = model.message_coefficients[m * pairs + k];
        sums_.emplace_back(model.message, coefficients);
    }
}

void RadialMessages::slopes(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                            LocalIndex first_edge, std::span<const double> distance,
                            std::span<double> slope) const {
    if (cutoff_.none() && pairs_.single()) return of_pair(sums_.front(), distance, slope);
    const auto count = distance.size();
    thread_local std::vector<int> pair;
    thread_local std::vector<std::size_t> place;
    thread_local std::vector<double> near;
    thread_local std::vector<double> near_slope;
    pair.assign(count, 0);
    if (!pairs_.single()) pairs_.find(atoms, neighbours, first_edge, pair);
    std::fill(slope.begin(), slope.end(), 0.0);
    for (std::size_t k = 0; k < sums_.size(); ++k) {
        place.clear();
        near.clear();
        for (std::size_t e = 0; e < count; ++e) {
            if (pair[e] != static_cast<int>(k) || cutoff_.beyond(distance[e])) continue;
            place.push_back(e);
            near.push_back(distance[e]);
        }
        near_slope.resize(near.size());
        of_pair(sums_[k], near, near_slope);
        for (std::size_t e = 0; e < place.size(); ++e) slope[place[e]] = near_slope[e];
    }
}

void RadialMessages::of_pair(const NeuronSum& sum, std::span<const double> distance,
                             std::span<double> slope) const {
    const auto count = distance.size();
    const bool plain = input_ == RadialTransform::distance;
    thread_local std::vector<double> x, dx, value, factor, factor_slope;
    x.resize(plain ? 0 : count);
    dx.resize(x.size());
    if (!plain) transform_distances(input_, distance, x, dx);
    const std::span<const double> seen = plain ? distance : x;
    const bool smooth = !cutoff_.none() && cutoff_.smooth;
    if (smooth) {
        value.resize(count);
        sum.values_and_slopes(seen, value, slope);
    } else {
        sum.slopes(seen, slope);
    }
    for (std::size_t e = 0; e < dx.size(); ++e) slope[e] *= dx[e];
    if (!smooth) return;
    factor.resize(count);
    factor_slope.resize(count);
    cut_off(cutoff_, distance, factor, factor_slope);
    for (std::size_t e = 0; e < count; ++e) slope[e] = factor[e] * slope[e] + factor_slope[e] * value[e];
}

}  // namespace rfhgn::model
