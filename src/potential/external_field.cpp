#include "rfhgn/potential/external_field.hpp"

#include "rfhgn/potential/pair_force_field.hpp"

namespace rfhgn::potential {

namespace {

class InExternalField final : public ForceField {
  public:
    explicit InExternalField(ExternalField field) : field_(field) {}

    [[nodiscard]] Needs needs() const override { return {.cutoff = 0}; }

    void compute(const Atoms& atoms, const Neighbours& /*neighbours*/, Exchange& /*exchange*/,
                 const Result& result) const override {
        add_kinetic(NewtonianKineticTerm(), atoms, result);
        if (!result.force.empty()) add_forces(atoms, result.force);
        if (!result.potential && result.energy_per_atom.empty()) return;
        const auto d = static_cast<std::size_t>(atoms.dimension);
        const auto add = [&](std::size_t particle, double energy) {
            if (result.potential) *result.potential += energy;
            if (!result.energy_per_atom.empty()) result.energy_per_atom[particle] += energy;
        };
        for (std::size_t k = 0; k < atoms.owned_size(); ++k) {
            add(k / d, 0.5 * field_.harmonic_trap * atoms.position[k] * atoms.position[k]);
            if (k % d == d - 1) add(k / d, atoms.mass[k / d] * field_.uniform_field * atoms.position[k]);
        }
    }

  private:
    void add_forces(const Atoms& atoms, std::span<double> force) const {
        const auto d = static_cast<std::size_t>(atoms.dimension);
        for (std::size_t k = 0; k < atoms.owned_size(); ++k) {
            force[k] -= field_.harmonic_trap * atoms.position[k];
            if (k % d == d - 1) force[k] -= atoms.mass[k / d] * field_.uniform_field;
        }
    }

    ExternalField field_;
};

}  // namespace

std::unique_ptr<ForceField> make_force_field(ExternalField field) {
    return std::make_unique<InExternalField>(field);
}

}  // namespace rfhgn::potential
