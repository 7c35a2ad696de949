#pragma once
/// A learned Hamiltonian of any kind. Whoever uses models asks them through this and never which kind they
/// are; what a kind cannot do it refuses here, in one message. Kinds: registry.hpp.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rfhgn/model/match.hpp"
#include "rfhgn/model/training_range.hpp"
#include "rfhgn/model/uncertainty.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/potential/species_names.hpp"

namespace rfhgn::model {

class ArchiveWriter;
struct TabulatedModel;
struct TabulateOptions;

class Model {
  public:
    int dimension = 3;
    std::vector<std::string> edge_attribute_names{};
    std::string units = "reduced";
    potential::SpeciesNames species_names{};  ///< also none where species are not told apart
    std::string verdict{};  ///< why it is not what moved its training data; empty: nothing speaks against it

    virtual ~Model() = default;
    [[nodiscard]] virtual std::unique_ptr<Model> clone() const = 0;
    /// The value of [model] encoding in decks and of `encoding` in files.
    [[nodiscard]] virtual std::string encoding() const = 0;
    /// Where its forces end; 0: nowhere, so that it is for given graphs.
    [[nodiscard]] virtual double cutoff_radius() const { return 0; }
    /// The constant that energies have beside features, and what it is called in files and summaries.
    [[nodiscard]] virtual std::pair<const char*, double> energy_constant() const = 0;

    /// Throws InputError unless it may be used there: dimension, units, edge attributes, names of species,
    /// and what the kind asks for (species, masses, cutoff). What is not known is not compared. Local: the
    /// same on every process when the facts are.
    void require_match(const Facts& facts, Purpose purpose = Purpose::use) const;

    /// Ĥ. Keeps a copy of what it needs. Throws InputError when edges have other attributes than the data
    /// that it was trained on.
    [[nodiscard]] virtual std::unique_ptr<potential::ForceField> force_field(
        const std::vector<std::string>& attribute_names) const = 0;

    /// Everything but what all kinds have (dimension, edge_attribute_names, units). Local.
    virtual void write(ArchiveWriter& archive) const = 0;

    // What follows is not for every kind.

    /// What training data never showed, in words; empty: nothing, or not known.
    [[nodiscard]] virtual std::string unseen() const { return {}; }
    /// Whether states can be compared with a training range.
    [[nodiscard]] virtual bool knows_training_range() const { return false; }
    /// What of a state is outside, of this process: atoms.position and momentum, ghosts up to date. Local.
    [[nodiscard]] virtual ExtrapolationReport extrapolation(const potential::Atoms& atoms,
                                                            const potential::Neighbours& neighbours) const;
    /// "the distance of bond 3-7 is 2.1, outside [0.8, 1.3] of the training data".
    [[nodiscard]] virtual std::string describe(const Extrapolation& extrapolation) const;

    [[nodiscard]] virtual bool knows_uncertainty() const { return false; }
    /// Whether T was learned, so that velocities have deviations, too.
    [[nodiscard]] virtual bool learned_kinetic_energy() const { return true; }
    [[nodiscard]] virtual Noise noise() const { return {}; }
    /// The list is full. Throws InputError with advice when it does not know its uncertainty. Local.
    [[nodiscard]] virtual std::unique_ptr<Uncertainty> uncertainty(
        const potential::Atoms& atoms, const potential::Neighbours& neighbours) const;

    /// As spline tables. Throws InputError when its forces are not those of pairs and distances. Local.
    [[nodiscard]] virtual std::unique_ptr<TabulatedModel> tabulate(const TabulateOptions& options) const;

  protected:
    Model() = default;
    Model(const Model&) = default;
    Model& operator=(const Model&) = default;
    Model(Model&&) = default;
    Model& operator=(Model&&) = default;

    /// What require_match asks of this kind.
    virtual void match(const Facts& facts, Purpose purpose) const = 0;
    /// Throws that a model of this encoding "has no {what}".
    [[noreturn]] void refuse(const std::string& what) const;
};

}  // namespace rfhgn::model
