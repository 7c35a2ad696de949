#include "rfhgn/model/sampling.hpp"

namespace rfhgn::model {

void SamplingOptions::bind(config::Section section) {
    using config::Interval;
    section.choice("sampler", sampler, {"swim", "elm"},
                   "how hidden weights are drawn: from pairs of data points, or blindly");
    section.choice("activation", activation, {"tanh", "sigmoid", "softplus", "sine"},
                   "of every hidden layer");
    section.choice("kinetic", kinetic, {"learned", "known"},
                   "kinetic energy from features of |p|^2, or |p|^2/2m");
    section.integer("node_width", node_width, Interval::between(1, 1e5), "features of the kinetic energy");
    section.integer("edge_width", edge_width, Interval::between(0, 1e5),
                    "edge encoder before the messages; 0: messages see distances and attributes directly");
    section.integer("message_width", message_width, Interval::between(1, 1e5),
                    "features of the potential energy");
    section.boolean("message_masses", message_masses, "messages see the masses of both ends (gravity)");
    section.number("gap", gap, Interval::at_least(0), "standard deviations",
                   "swim: least distance of a pair");
    section.number("steepness", steepness, Interval::positive(), "", "swim: multiplies the weights");
    section.number("weight_scale", weight_scale, Interval::positive(), "",
                   "elm: standard deviation of weights");
    section.number("bias_range", bias_range, Interval::at_least(0), "",
                   "elm: biases are uniform within +- this");
    section.seed("seed", seed, "of the hidden weights");
}

}  // namespace rfhgn::model
