#pragma once
/// The learned Hamiltonian in the pairwise encoding: Ĥ = Σ_i T(|p_i|²; a_i) + Σ_edges V(r; c, a_i, a_j), both
/// linear in coefficients over random features (method: arXiv 2506.06558). It sees only distances and squared
/// momenta, so that it is invariant under permutation, translation, rotation and reflection exactly, and
/// separable.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfhgn/model/dense_layer.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/model/pairwise/radial.hpp"
#include "rfhgn/potential/pair_force_field.hpp"

namespace rfhgn::model {

/// Everything needed to evaluate Ĥ. Inputs, in this order, are
///   node layer     [1/m if mass_input, |p|²]        (T = |p|²/2m is linear in 1/m: far fewer features than
///   with m) edge layer     [t(r), edge attributes]                                (optional encoder) message
///   layer  [m_i, m_j if mass_input_messages, then the edge layer's outputs or else its inputs]
/// A message is the sum of both directions when it sees masses, otherwise the two are equal and one is kept.
/// Every unordered pair of species has its own coefficients over the same features: feature m of pair k is
/// column m pairs + k of the least-squares problem. With a cutoff, messages are zero beyond it.
struct PairwiseModel final : Model {
    RadialTransform radial_transform = RadialTransform::distance;
    Cutoff cutoff;
    SpeciesPairs species;
    bool mass_input = false;           ///< the kinetic features see 1/m
    bool mass_input_messages = false;  ///< the messages see masses
    bool kinetic_known = false;        ///< T = |p|²/2m instead of learned features
    DenseLayer node;                   ///< unused when kinetic_known
    std::optional<DenseLayer> edge;
    DenseLayer message;
    std::vector<double> kinetic_coefficients;  ///< [node.width]
    std::vector<double> message_coefficients;  ///< [message_columns()]
    Posterior kinetic_posterior;               ///< not known when kinetic_known
    Posterior message_posterior;
    /// θ_0, shared out over edges (nearer than the cutoff) so that energies stay extensive; 0 with a smooth
    /// cutoff, where forces leave nothing open
    double energy_per_edge = 0;
    TrainingRange training_range;

    /// Columns of the least-squares problem of the messages.
    [[nodiscard]] int message_columns() const noexcept { return message.width * species.pairs(); }

    [[nodiscard]] std::unique_ptr<Model> clone() const override;
    [[nodiscard]] std::string encoding() const override { return "pairwise"; }
    [[nodiscard]] double cutoff_radius() const override { return cutoff.radius; }
    [[nodiscard]] std::pair<const char*, double> energy_constant() const override {
        return {"energy_per_edge", energy_per_edge};
    }
    [[nodiscard]] std::unique_ptr<potential::ForceField> force_field(
        const std::vector<std::string>& attribute_names) const override;
    void write(ArchiveWriter& archive) const override;
    /// Which pairs of the species of boxes the training data never showed nearer than the cutoff: no force is
    /// learned for them.
    [[nodiscard]] std::string unseen() const override;
    [[nodiscard]] bool knows_training_range() const override { return true; }
    /// In what the features see: momenta and masses only where the kinetic energy is learned, masses also
    /// where messages see them.
    [[nodiscard]] ExtrapolationReport extrapolation(const potential::Atoms& atoms,
                                                    const potential::Neighbours& neighbours) const override;
    [[nodiscard]] std::string describe(const Extrapolation& extrapolation) const override;
    [[nodiscard]] bool knows_uncertainty() const override;
    [[nodiscard]] bool learned_kinetic_energy() const override { return !kinetic_known; }
    [[nodiscard]] Noise noise() const override { return {message_posterior.noise, kinetic_posterior.noise}; }
    [[nodiscard]] std::unique_ptr<Uncertainty> uncertainty(
        const potential::Atoms& atoms, const potential::Neighbours& neighbours) const override;
    [[nodiscard]] std::unique_ptr<TabulatedModel> tabulate(const TabulateOptions& options) const override;

  private:
    void match(const Facts& facts, Purpose purpose) const override;
};

/// Of what a model was trained on. Local.
Facts facts_of(const PairwiseModel& model, const std::string& name);

/// The same ranges for messages that end at a cutoff: where they vanish nothing is extrapolated, so that
/// distances are covered up to there, and a pair that never came nearer was not seen.
TrainingRange within(const Cutoff& cutoff, TrainingRange training_range);

/// In what the hidden layers (bit for bit) or their inputs differ, of two models of the same kind of data
/// (see Model::require_match); empty when R factors of both may be merged. Local.
std::string layer_difference(const PairwiseModel& a, const PairwiseModel& b);

/// Throws InputError unless edges have the attributes that the model was trained with.
void require_attributes(const PairwiseModel& model, const std::vector<std::string>& attribute_names);

/// T of a model.
std::unique_ptr<potential::KineticTerm> make_kinetic_term(const PairwiseModel& model);

/// V of a model; the edge attributes must be the model's.
std::unique_ptr<potential::PairTerm> make_pair_term(const PairwiseModel& model);

/// Ĥ as a force field. Keeps a copy of what it needs; the graph's edge attributes
/// must have the model's names (throws InputError otherwise when `attribute_names` differ).
std::unique_ptr<potential::ForceField> make_force_field(const PairwiseModel& model,
                                                        const std::vector<std::string>& attribute_names);

}  // namespace rfhgn::model
