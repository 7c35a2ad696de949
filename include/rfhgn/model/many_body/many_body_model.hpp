#pragma once
/// Many-body potentials (model.hpp) as a kind of model: T = |p|²/2m, and V of densities of neighbours.

#include "rfhgn/model/many_body/model.hpp"
#include "rfhgn/model/model.hpp"

namespace rfhgn::model {

struct ManyBodyModel final : Model {
    many_body::Model potential;
    double force_noise = 0;  ///< standard deviation of what the fit left of a force component

    [[nodiscard]] std::unique_ptr<Model> clone() const override;
    [[nodiscard]] std::string encoding() const override { return "many_body"; }
    [[nodiscard]] double cutoff_radius() const override { return potential.features.basis.cutoff; }
    /// Of the first species; the others' are coefficients, too.
    [[nodiscard]] std::pair<const char*, double> energy_constant() const override;
    [[nodiscard]] std::unique_ptr<potential::ForceField> force_field(
        const std::vector<std::string>& attribute_names) const override;
    void write(ArchiveWriter& archive) const override;
    [[nodiscard]] bool learned_kinetic_energy() const override { return false; }
    [[nodiscard]] Noise noise() const override { return {.force = force_noise}; }

  private:
    void match(const Facts& facts, Purpose purpose) const override;
};

}  // namespace rfhgn::model
