#include "rfhgn/model/sampling_options.hpp"

#include <map>
#include <set>

#include <fmt/ranges.h>

#include "rfhgn/model/registry.hpp"

namespace rfhgn::model {

namespace {

std::string kinds_help() {
    std::string help;
    for (const auto& kind : kinds()) help += (help.empty() ? "" : "; ") + kind.help;
    return help;
}

// In which encodings each key acts.
std::map<std::string, std::set<std::string>> encodings_by_key() {
    std::map<std::string, std::set<std::string>> acting;
    for (const auto& kind : kinds())
        for (const auto& key : kind.keys) acting[key].insert(kind.encodings.begin(), kind.encodings.end());
    return acting;
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
    section.integer("cutoff_exponent", many_body.cutoff_exponent, Interval::between(1, 8),
                    "many_body: c of the cutoff function (1 - (r/cutoff)^2)^c");
    section.integer("radial", many_body.radial, Interval::between(1, 24),
                    "many_body: radial functions of densities");
    section.integer("angular", many_body.angular, Interval::between(0, 6),
                    "many_body: largest degree of harmonics");
    section.integer("degree", many_body.degree, Interval::between(0, 20),
                    "many_body: largest degree of four-body invariants; of three-body ones one more");
    section.integer("neurons", many_body.neurons, Interval::between(0, 1e5),
                    "many_body: neurons beside the invariants");
    section.integer("directions", many_body.directions, Interval::between(1, 1000),
                    "many_body: inputs of a neuron, principal components of the invariants");
    section.boolean(
        "core", many_body.core,
        "many_body: repulsion of nuclei (Ziegler, Biersack, Littmark) nearer than the data, where "
        "species have the names of elements");
    section.only_if({"gap", "steepness"}, sampler == "swim", "sampler is \"swim\"");
    section.only_if({"weight_scale", "bias_range"}, sampler == "elm", "sampler is \"elm\"");
    const auto& asked = kind_of(encoding);
    for (const auto& [key, acting] : encodings_by_key())
        section.only_if(key, acting.contains(encoding),
                        fmt::format("encoding is \"{}\"", fmt::join(acting, "\" or \"")));
    if (asked.check) asked.check(*this, section);
}

}  // namespace rfhgn::model
