#pragma once
/// The fast path of rollouts: sums over features of one input, with coefficients folded in.

#include <memory>
#include <span>
#include <vector>

#include "rfhgn/model/pairwise/pairwise_model.hpp"

#include "pair_lookup.hpp"

namespace rfhgn::model {

/// Σ_m c_m σ(w_m x + b_m) of a layer with a single input, by the raw input.
class NeuronSum {
  public:
    NeuronSum(const DenseLayer& layer, std::span<const double> coefficients);

    /// slope[i] = derivative of the sum by input[i].
    void slopes(std::span<const double> input, std::span<double> slope) const;
    /// The sum, too.
    void values_and_slopes(std::span<const double> input, std::span<double> value,
                           std::span<double> slope) const;

  private:
    std::span<const double> standardise(std::span<const double> input) const;

    Activation activation_;
    double mean_;
    double inverse_scale_;
    std::vector<double> weights_, biases_, coefficients_, slope_coefficients_;
};

/// Slopes of messages that see the distance alone. Edges of a batch are sorted by their pair of species,
/// those beyond the cutoff left out.
class RadialMessages {
  public:
    /// Whether a model's messages are such.
    static bool serve(const PairwiseModel& model) { return !model.edge && model.message.inputs == 1; }
    explicit RadialMessages(const PairwiseModel& model);

    /// As potential::PairTerm::evaluate, without energies.
    void slopes(const potential::Atoms& atoms, const potential::Neighbours& neighbours, LocalIndex first_edge,
                std::span<const double> distance, std::span<double> slope) const;

  private:
    void of_pair(const NeuronSum& sum, std::span<const double> distance, std::span<double> slope) const;

    RadialTransform input_;
    Cutoff cutoff_;
    PairLookup pairs_;
    std::vector<NeuronSum> sums_;  // by pair
};

}  // namespace rfhgn::model
