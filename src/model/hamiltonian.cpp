// The learned Hamiltonian behind the interface of the exact ones.
#include <algorithm>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/features.hpp"
#include "rfhgn/model/pairwise_model.hpp"

namespace rfhgn::model {

namespace {

// A layer with a single input, its coefficients folded in: Σ_m c_m σ'(w_m x + b_m), the fast path of
// rollouts.
class SingleInputSlope {
  public:
    SingleInputSlope(const DenseLayer& layer, const std::vector<double>& coefficients)
        : activation_(layer.activation), mean_(layer.mean[0]), inverse_scale_(layer.inverse_scale[0]) {
        for (std::size_t m = 0; m < coefficients.size(); ++m) {
            if (coefficients[m] == 0.0) continue;  // a column that the solver left out
            weights_.push_back(layer.weights[m]);
            biases_.push_back(layer.biases[m]);
            coefficients_.push_back(coefficients[m] * layer.weights[m] * inverse_scale_);
        }
    }

    void evaluate(std::span<const double> input, std::span<double> slope) const {
        thread_local std::vector<double> x;
        x.resize(input.size());
        std::transform(input.begin(), input.end(), x.begin(),
                       [this](double raw) { return (raw - mean_) * inverse_scale_; });
        std::fill(slope.begin(), slope.end(), 0.0);
        for (std::size_t m = 0; m < coefficients_.size(); ++m)
            add_neuron_slope(activation_, weights_[m], biases_[m], coefficients_[m], x, slope);
    }

  private:
    Activation activation_;
    double mean_;
    double inverse_scale_;
    std::vector<double> weights_, biases_, coefficients_;
};

// out[i] = Σ_m coefficients[m] features(i, m), in the order of m.
void contract(const std::vector<double>& features, const std::vector<double>& coefficients,
              std::span<double> out) {
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t m = 0; m < coefficients.size(); ++m)
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += coefficients[m] * features[m * out.size() + i];
}

class LearnedPairTerm final : public systems::PairTerm {
  public:
    explicit LearnedPairTerm(const PairwiseModel& model) : model_(model) {
        if (!model.edge && model.message.inputs == 1)
            fast_ = std::make_unique<SingleInputSlope>(model.message, model.message_coefficients);
    }

    void evaluate(const graph::DistributedGraph& graph, LocalIndex first_edge,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        if (fast_ && energy.empty()) return fast_->evaluate(distance, slope);
        const auto inputs = edge_inputs(model_, graph, first_edge, distance);
        thread_local std::vector<double> features;
        features.resize(distance.size() * model_.message_coefficients.size());
        const FeatureMatrix matrix{features.data(), distance.size()};
        message_slopes(model_, inputs, matrix);
        contract(features, model_.message_coefficients, slope);
        if (energy.empty()) return;
        message_values(model_, inputs, matrix);
        contract(features, model_.message_coefficients, energy);
        for (double& value : energy) value += model_.energy_per_edge;
    }

  private:
    PairwiseModel model_;
    std::unique_ptr<SingleInputSlope> fast_;
};

class LearnedKineticTerm final : public systems::KineticTerm {
  public:
    explicit LearnedKineticTerm(const PairwiseModel& model) : model_(model) {
        if (model.node.inputs == 1)
            fast_ = std::make_unique<SingleInputSlope>(model.node, model.kinetic_coefficients);
    }

    void evaluate(const graph::DistributedGraph& graph, LocalIndex first_node,
                  std::span<const double> squared_momentum, std::span<double> slope,
                  std::span<double> energy) const override {
        if (fast_ && energy.empty()) return fast_->evaluate(squared_momentum, slope);
        const auto inputs = node_inputs(model_, graph, first_node, squared_momentum);
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
    std::unique_ptr<SingleInputSlope> fast_;
};

std::string join(const std::vector<std::string>& names) {
    return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::unique_ptr<systems::Hamiltonian> make_hamiltonian(const PairwiseModel& model,
                                                       const std::vector<std::string>& attribute_names) {
    require(model.edge_attribute_names == attribute_names,
            Advice{"train a model on data with the same edge attributes"},
            "the model was trained with edge attributes ({}), but this graph has ({})",
            join(model.edge_attribute_names), join(attribute_names));
    std::unique_ptr<systems::KineticTerm> kinetic;
    if (model.kinetic_known)
        kinetic = std::make_unique<systems::NewtonianKineticTerm>();
    else
        kinetic = std::make_unique<LearnedKineticTerm>(model);
    return std::make_unique<systems::PairHamiltonian>(std::move(kinetic),
                                                      std::make_unique<LearnedPairTerm>(model));
}

}  // namespace rfhgn::model
