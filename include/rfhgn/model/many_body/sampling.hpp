#pragma once
/// Sampling what is fixed before the fit: the projection of invariants that neurons see, and the neurons.
/// Every draw is a function of (seed, neuron, attempt), so that equal samples give equal neurons.

#include <cstddef>
#include <cstdint>
#include <span>

#include "rfhgn/model/many_body/model.hpp"

namespace rfhgn::model::many_body {

struct SamplingOptions {
    enum class Sampler { swim, elm };
    Sampler sampler = Sampler::swim;
    int neurons = 500;
    int directions = 48;            ///< inputs of a neuron; at most as many as invariants vary
    double degree_power = 1;        ///< inputs are weighted by (1 + degree)^−power / deviation
    double steepness = 0.5;         ///< SWIM: multiplies weights
    double weight_scale = 1;        ///< ELM: weights ~ N(0, scale²), biases ~ U(−scale, scale)
    double species_contrast = 0.5;  ///< central species are an input of this height, where there are several
    std::uint64_t seed = 1;
};

/// Invariants of atoms of the data, [atoms, invariants] column-major, and their species.
struct AtomSample {
    std::span<const double> invariants{};
    std::span<const int> species{};
    [[nodiscard]] std::size_t atoms() const noexcept { return species.size(); }
};

/// Sets projection and neurons of `features`, whose basis must be set. Local. Throws InputError for an empty
/// sample, or one in which no invariant varies.
void sample_neurons(Features& features, const AtomSample& sample, const SamplingOptions& options);

}  // namespace rfhgn::model::many_body
