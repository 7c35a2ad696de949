#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/trainer.hpp"

#include "pairwise_alternatives.hpp"

namespace rfhgn::training {

namespace {

// What a deck says of layers and a model knows of its own, in the same words.
struct LayerFacts {
    int node, message, edge;
    bool kinetic_known, masses;
    model::Activation activation;
    model::RadialTransform distance;
    model::Cutoff cutoff;

    [[nodiscard]] std::string text() const {
        const auto smooth = cutoff.smooth ? fmt::format("smooth from {}", cutoff.smooth_from) : "sharp";
        return fmt::format("{} + {} features, edge encoder {}, kinetic energy {}, {}, {}, {}{}", node,
                           message, edge, kinetic_known ? "known" : "learned", to_string(activation),
                           cutoff.none() ? "no cutoff" : fmt::format("{} cutoff {}", smooth, cutoff.radius),
                           to_string(distance), masses ? ", message_masses" : "");
    }
};

LayerFacts facts_of(const model::PairwiseModel& layers, const model::SamplingOptions& wanted) {
    return {.node = layers.kinetic_known ? wanted.node_width : layers.node.width,
            .message = layers.message.width,
            .edge = layers.edge ? layers.edge->width : 0,
            .kinetic_known = layers.kinetic_known,
            .masses = layers.mass_input_messages,
            .activation = layers.message.activation,
            .distance = layers.radial_transform,
            .cutoff = layers.cutoff};
}

LayerFacts facts_of(const model::SamplingOptions& wanted) {
    return {.node = wanted.node_width,
            .message = wanted.message_width,
            .edge = wanted.edge_width,
            .kinetic_known = wanted.knows_kinetic(),
            .masses = wanted.message_masses,
            .activation = model::parse_activation(wanted.activation),
            .distance = model::radial_transform_of(wanted),
            .cutoff = model::cutoff_of(wanted)};
}

const model::PairwiseModel& pairwise(const model::Model& model) {
    return static_cast<const model::PairwiseModel&>(model);  // the registry asks this trainer of no other
}

TrainingResult outcome(PairwiseTrainingResult found) {
    return {.model = std::make_shared<model::PairwiseModel>(std::move(found.model)),
            .fits = {{"kinetic", std::move(found.kinetic)}, {"message", std::move(found.message)}},
            .r_factors = std::move(found.r_factors),
            .training = found.training,
            .held_out = found.held_out,
            .times = std::move(found.times)};
}

class PairwiseTrainer final : public Trainer {
  public:
    [[nodiscard]] int widest_problem(const model::SamplingOptions& sampling) const override {
        return std::max(sampling.message_width, sampling.knows_kinetic() ? 1 : sampling.node_width);
    }
    [[nodiscard]] int widest_problem(const model::Model& layers) const override {
        const auto& of = pairwise(layers);
        return std::max(of.message_columns(), of.kinetic_known ? 1 : of.node.width);
    }
    [[nodiscard]] TrainingResult train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                                       const TrainingOptions& options) const override {
        return outcome(training::train(data, sampling, options));
    }
    [[nodiscard]] std::vector<Alternative> alternatives(
        const data::SnapshotSet& sample, const model::SamplingOptions& sampling) const override {
        return pairwise_alternatives(sample, sampling);
    }
    [[nodiscard]] std::string difference(const model::Model& layers,
                                         const model::SamplingOptions& wanted) const override {
        const auto has = facts_of(pairwise(layers), wanted).text();
        const auto asked = facts_of(wanted).text();
        return has == asked ? "" : fmt::format("({}) are not those that [model] asks for ({})", has, asked);
    }
    [[nodiscard]] TrainingResult train_layers(const data::TrainingData& data, const model::Model& layers,
                                              const TrainingOptions& options,
                                              const RFactors* earlier) const override {
        return outcome(training::train_layers(data, pairwise(layers), options, earlier));
    }
    [[nodiscard]] TrainingResult merge(const parallel::Communicator& comm, const Trained& a,
                                       const Trained& b) const override;
    [[nodiscard]] FactorShape factor_shape(const model::Model& model) const override;
};

TrainingResult PairwiseTrainer::merge(const parallel::Communicator& comm, const Trained& a,
                                      const Trained& b) const {
    auto layers = pairwise(*a.model);
    const auto& other = pairwise(*b.model);
    parallel::together(comm, [&] {
        layers.require_match(model::facts_of(other, fmt::format("the model '{}'", b.name)),
                             model::Purpose::train);
    });
    const auto difference = model::layer_difference(layers, other);
    require(difference.empty(), Advice{"train one of them with train.layers = the other's file, unpruned"},
            "'{}' and '{}' cannot be merged: {}", a.name, b.name, difference);
    layers.training_range = model::unite(layers.training_range, other.training_range);
    layers.species_names = potential::united(layers.species_names, other.species_names);
    if (layers.verdict.empty()) layers.verdict = other.verdict;
    TrainingOptions options;
    options.uncertainty = layers.message_posterior.known() && other.message_posterior.known();
    return outcome(solve_layers(comm, layers, training::merge(a.r_factors, b.r_factors), options));
}

FactorShape PairwiseTrainer::factor_shape(const model::Model& model) const {
    const auto& of = pairwise(model);
    const int messages = of.message_columns();
    const int kinetic = of.kinetic_known ? 0 : of.node.width;
    return {.columns = {{Target::velocity, kinetic},
                        {Target::force, messages},
                        {Target::energy, messages},
                        {Target::virial, messages}},
            .kinetic_sums = of.kinetic_known ? 1 : kinetic,
            .message_sums = messages};
}

}  // namespace

std::unique_ptr<Trainer> pairwise_trainer() {
    return std::make_unique<PairwiseTrainer>();
}

}  // namespace rfhgn::training
