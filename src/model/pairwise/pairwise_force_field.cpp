#include <algorithm>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/pairwise/features.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"

#include "radial_messages.hpp"

namespace rfhgn::model {

namespace {

// out[i] = Σ_m coefficients[m] features(i, m), in the order of m.
void contract(const std::vector<double>& features, const std::vector<double>& coefficients,
              std::span<double> out) {
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t m = 0; m < coefficients.size(); ++m)
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += coefficients[m] * features[m * out.size() + i];
}

// The same with coefficients [width, pairs] of each point's pair of species.
void contract(const std::vector<double>& features, const std::vector<double>& coefficients, std::size_t pairs,
              const std::vector<int>& pair, std::span<double> out) {
    if (pairs == 1) return contract(features, coefficients, out);
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t m = 0; m * pairs < coefficients.size(); ++m)
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] +=
                coefficients[m * pairs + static_cast<std::size_t>(pair[i])] * features[m * out.size() + i];
}

class LearnedPairTerm final : public potential::PairTerm {
  public:
    explicit LearnedPairTerm(const PairwiseModel& model) : model_(model) {
        if (RadialMessages::serve(model)) fast_ = std::make_unique<RadialMessages>(model);
    }

    void evaluate(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                  LocalIndex first_edge, std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        if (fast_ && energy.empty()) return fast_->slopes(atoms, neighbours, first_edge, distance, slope);
        const auto inputs = edge_inputs(model_, atoms, neighbours, first_edge, distance);
        const auto width = static_cast<std::size_t>(model_.message.width);
        const auto pairs = static_cast<std::size_t>(model_.species.pairs());
        thread_local std::vector<double> features;
        features.resize(distance.size() * width);
        const FeatureMatrix matrix{features.data(), distance.size()};
        message_slopes(model_, inputs, matrix);
        contract(features, model_.message_coefficients, pairs, inputs.pair, slope);
        if (energy.empty()) return;
        message_values(model_, inputs, matrix);
        contract(features, model_.message_coefficients, pairs, inputs.pair, energy);
        for (std::size_t e = 0; e < energy.size(); ++e)
            if (!model_.cutoff.beyond(distance[e])) energy[e] += model_.energy_per_edge;
    }

  private:
    PairwiseModel model_;
    std::unique_ptr<RadialMessages> fast_;
};

class LearnedKineticTerm final : public potential::KineticTerm {
  public:
    explicit LearnedKineticTerm(const PairwiseModel& model) : model_(model) {
        if (model.node.inputs == 1) fast_.emplace(model.node, model.kinetic_coefficients);
    }

    void evaluate(const potential::Atoms& atoms, LocalIndex first, std::span<const double> squared_momentum,
                  std::span<double> slope, std::span<double> energy) const override {
        if (fast_ && energy.empty()) return fast_->slopes(squared_momentum, slope);
        const auto inputs = node_inputs(model_, atoms, first, squared_momentum);
        thread_local std::vector<double> features;
        features.resize(squared_momentum.size() * model_.kinetic_coefficients.size());
        const FeatureMatrix matrix{features.data(), squared_momentum.size()};
        kinetic_slopes(model_, inputs, matrix);
        contract(features, model_.kinetic_coefficients, slope);
        if (energy.empty()) return;
        kinetic_values(model_, inputs, matrix);
        contract(features, model_.kinetic_coefficients, energy);
    }

  private:
    PairwiseModel model_;
    std::optional<NeuronSum> fast_;
};

std::string join(const std::vector<std::string>& names) {
    return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

void require_attributes(const PairwiseModel& model, const std::vector<std::string>& attribute_names) {
    require(model.edge_attribute_names == attribute_names,
            Advice{"train a model on data with the same edge attributes"},
            "the model was trained with edge attributes ({}), but this graph has ({})",
            join(model.edge_attribute_names), join(attribute_names));
}

std::unique_ptr<potential::KineticTerm> make_kinetic_term(const PairwiseModel& model) {
    if (model.kinetic_known) return std::make_unique<potential::NewtonianKineticTerm>();
    return std::make_unique<LearnedKineticTerm>(model);
}

std::unique_ptr<potential::PairTerm> make_pair_term(const PairwiseModel& model) {
    return std::make_unique<LearnedPairTerm>(model);
}

std::unique_ptr<potential::ForceField> make_force_field(const PairwiseModel& model,
                                                        const std::vector<std::string>& attribute_names) {
    require_attributes(model, attribute_names);
    return std::make_unique<potential::PairForceField>(make_kinetic_term(model), make_pair_term(model));
}

}  // namespace rfhgn::model
