#pragma once
/// The learned Hamiltonian in the pairwise encoding: Ĥ = Σ_i T(|p_i|²; a_i) + Σ_edges V(r; c, a_i, a_j), both
/// linear in coefficients over random features (method: arXiv 2506.06558). It sees only distances and squared
/// momenta, so that it is invariant under permutation, translation, rotation and reflection exactly, and
/// separable.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfhgn/model/activation.hpp"
#include "rfhgn/model/radial.hpp"
#include "rfhgn/model/species.hpp"
#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/potential/species_names.hpp"

namespace rfhgn::model {

/// h = σ(W (x − mean) ∘ inverse_scale + b). Weights are [width, inputs] row-major.
struct DenseLayer {
    Activation activation = Activation::tanh;
    int inputs = 0;
    int width = 0;
    std::vector<double> mean;           ///< [inputs], standardisation of the data
    std::vector<double> inverse_scale;  ///< [inputs]; 0 for an input that does not vary
    std::vector<double> weights;        ///< [width, inputs]
    std::vector<double> biases;         ///< [width]
};

/// What training data covered of pairs of particles.
struct PairRange {
    double distance_min = 0, distance_max = 0;
    std::vector<double> attribute_min{};  ///< [edge attributes]; empty when not known (older files)
    std::vector<double> attribute_max{};
    friend bool operator==(const PairRange&, const PairRange&) = default;
};

/// What training data covered of single particles.
struct ParticleRange {
    double squared_momentum_max = 0;
    double mass_min = 1, mass_max = 1;
    friend bool operator==(const ParticleRange&, const ParticleRange&) = default;
};

/// What the training data covered; a rollout outside is extrapolation. A species or a pair of species that is
/// not listed was never seen. Nothing is listed where species are not told apart, and in older files: then
/// the ranges of all together are those of each.
struct TrainingRange {
    PairRange all_pairs;
    ParticleRange all_particles;
    std::map<SpeciesPair, PairRange> pairs{};
    std::map<int, ParticleRange> particles{};

    [[nodiscard]] bool by_species() const noexcept { return !particles.empty(); }
    friend bool operator==(const TrainingRange&, const TrainingRange&) = default;
};

/// What the data say of the coefficients of one problem. With A = FᵀF a row z of features predicts with
/// variance noise² zᵀA⁻¹z + max(0, ridge_noise² − noise²) |damping ∘ A⁻¹z|²: what the noise of the data
/// leaves open, and the bias of a ridge that is larger than the noise asks for.
struct Posterior {
    double noise = 0;        ///< standard deviation of what the fit leaves of a row
    double ridge_noise = 0;  ///< the noise for which the ridge would be the right one
    std::vector<double>
        factor{};  ///< F [width, width] column-major, zero below the diagonal; empty: not known
    std::vector<double> damping{};  ///< [width], λD
    [[nodiscard]] bool known() const noexcept { return !factor.empty(); }
};

/// Everything needed to evaluate Ĥ. Inputs, in this order, are
///   node layer     [1/m if mass_input, |p|²]        (T = |p|²/2m is linear in 1/m: far fewer features than
///   with m) edge layer     [t(r), edge attributes]                                (optional encoder) message
///   layer  [m_i, m_j if mass_input_messages, then the edge layer's outputs or else its inputs]
/// A message is the sum of both directions when it sees masses, otherwise the two are equal and one is kept.
/// Every unordered pair of species has its own coefficients over the same features: feature m of pair k is
/// column m pairs + k of the least-squares problem. With a cutoff, messages are zero beyond it.
struct PairwiseModel {
    int dimension = 3;
    std::vector<std::string> edge_attribute_names;
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
    std::string units = "reduced";
    potential::SpeciesNames species_names{};  ///< also none where species are not told apart

    /// Columns of the least-squares problem of the messages.
    [[nodiscard]] int message_columns() const noexcept { return message.width * species.pairs(); }
};

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
