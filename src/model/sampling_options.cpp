#include "rfhgn/model/sampling_options.hpp"

#include "rfhgn/model/registry.hpp"

namespace rfhgn::model {

namespace {

std::string kinds_help() {
    std::string help;
    for (const auto& kind : kinds()) help += (help.empty() ? "" : "; ") + kind.help;
    return help;
}

}  // namespace

void SamplingOptions::bind(config::Section section) {
    using config::Interval;
    // Features of larger weights are steps, and sums of them overflow.
    constexpr Interval largest{0.0, 1e6, true, false};
    section.renamed("distance_input", "radial_transform");
    section.choice("encoding", encoding, encodings(), "what the network sees: " + kinds_help());
    section.choice("sampler", sampler, {"swim", "elm"},
                   "how hidden weights are drawn: from pairs of data points, or blindly");
    section.choice("activation", activation, {"tanh", "sigmoid", "softplus", "sine"},
                   "of every hidden layer");
    section.choice("kinetic", kinetic, {"auto", "learned", "known"},
                   "kinetic energy from features of |p|^2, or |p|^2/2m; auto: known with a cutoff");
    section.integer("node_width", node_width, Interval::between(1, 1e5), "features of the kinetic energy");
    section.integer("edge_width", edge_width, Interval::between(0, 1e5),
                    "edge encoder before the messages; 0: messages see distances and attributes directly (of "
                    "coordinates: as wide as node_width)");
    section.integer("message_width", message_width, Interval::between(1, 1e5),
                    "features of the potential energy");
    section.boolean("message_masses", message_masses, "messages see the masses of both ends (gravity)");
    section.number("cutoff", cutoff, Interval::at_least(0), "length",
                   "messages are zero from this distance on, and data sets with boxes get their edges by it; "
                   "0: none; default: that of [system]");
    section.choice(
        "cutoff_function", cutoff_function, {"smooth", "sharp"},
        "smooth: messages fade out from smooth_from on, forces stay continuous; sharp: forces jump");
    section.number("smooth_from", smooth_from, Interval::at_least(0), "length",
                   "where a smooth cutoff begins; 0: 0.8 of the cutoff");
    section.choice(
        "radial_transform", radial_transform,
        {"auto", "distance", "inverse", "inverse_square", "inverse_cube", "inverse_sixth"},
        "what the layers see of distances; inverse powers for steep cores; auto: inverse_cube with a "
        "cutoff, else distance");
    section.boolean("species", species, "every pair of species has coefficients of its own");
    section.number("gap", gap, Interval::between(0, 100), "standard deviations",
                   "swim: least distance of a pair");
    section.number("steepness", steepness, largest, "", "swim: multiplies the weights");
    section.number("weight_scale", weight_scale, largest, "", "elm: standard deviation of weights");
    section.number("bias_range", bias_range, Interval::between(0, largest.high), "",
                   "elm: biases are uniform within +- this");
    section.seed("seed", seed, "of the hidden weights");
    section.only_if({"gap", "steepness"}, sampler == "swim", "sampler is \"swim\"");
    section.only_if({"weight_scale", "bias_range"}, sampler == "elm", "sampler is \"elm\"");
    if (const auto& check = kind_of(encoding).check) check(*this, section);
}

}  // namespace rfhgn::model
