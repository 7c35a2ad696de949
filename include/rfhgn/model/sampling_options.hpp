#pragma once
/// How hidden layers are sampled. ELM draws weights and biases blindly; SWIM (arXiv 2306.16830) places each
/// neuron between two data points. Every draw is keyed by (seed, layer, neuron, attempt) and data points by
/// global index, so that the network is the same, bit for bit, on any number of ranks.

#include <cstdint>
#include <string>

#include "rfhgn/config/deck.hpp"

namespace rfhgn::model {

/// Keys of many-body models: see many_body/basis.hpp and many_body/sampling.hpp.
struct ManyBodyKeys {
    int cutoff_exponent = 2;
    int radial = 8;
    int angular = 4;
    int degree = 11;  ///< of four-body invariants; three-body ones have one more
    int neurons = 500;
    int directions = 48;
    bool core = true;
};

/// The keys of [model].
struct SamplingOptions {
    std::string encoding = "pairwise";  ///< of a kind of the registry
    std::string sampler = "swim";       ///< swim, elm
    std::string activation = "softplus";
    std::string kinetic = "auto";  ///< learned, known; auto: known with a cutoff
    int node_width = 64;
    int edge_width = 0;  ///< 0: messages see distances and attributes directly; of coordinates: node_width
    int message_width = 64;
    bool message_masses = false;             ///< messages see both ends' masses
    double cutoff = 0;                       ///< distance where messages end; 0: none
    std::string cutoff_function = "smooth";  ///< smooth, sharp; see Cutoff
    double smooth_from = 0;                  ///< 0: 0.8 cutoff
    std::string radial_transform = "auto";   ///< see RadialTransform; auto: inverse_cube with a cutoff
    bool species = true;                     ///< pairs of species have coefficients of their own
    double gap = 0.5;        ///< SWIM: pairs are at least this far apart, in standard deviations
    double steepness = 0.5;  ///< SWIM: multiplies weights (1 is the published choice; wide neurons fit smooth
                             ///< functions of one variable to many more digits, see docs/method.md)
    double weight_scale = 0.5;  ///< ELM: weights ~ N(0, weight_scale²)
    double bias_range = 4.0;    ///< ELM: biases ~ U(−bias_range, bias_range)
    std::uint64_t seed = 1;
    ManyBodyKeys many_body{};

    void bind(config::Section section);
    [[nodiscard]] bool knows_kinetic() const {
        return kinetic == "known" || (kinetic == "auto" && cutoff > 0);
    }
};

}  // namespace rfhgn::model
