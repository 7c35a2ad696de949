#include "field.hpp"

namespace rfhgn::systems {

namespace {

class InField final : public Hamiltonian {
  public:
    InField(std::unique_ptr<Hamiltonian> inner, Field field) : inner_(std::move(inner)), field_(field) {}

    void velocities(const graph::DistributedGraph& graph, std::span<const double> momenta,
                    std::span<double> velocities) const override {
        inner_->velocities(graph, momenta, velocities);
    }
    void add_forces(const graph::DistributedGraph& graph, EdgeRange edges, std::span<const double> positions,
                    std::span<double> forces) const override {
        inner_->add_forces(graph, edges, positions, forces);
    }
    void add_field_forces(const graph::DistributedGraph& graph, std::span<const double> positions,
                          std::span<double> forces) const override {
        const auto d = static_cast<std::size_t>(graph.dimension);
        for (std::size_t k = 0; k < graph.owned_size(); ++k) {
            forces[k] -= field_.harmonic_trap * positions[k];
            if (k % d == d - 1) forces[k] -= graph.mass[k / d] * field_.uniform_field;
        }
    }
    [[nodiscard]] double kinetic_energy(const graph::DistributedGraph& graph,
                                        std::span<const double> momenta) const override {
        return inner_->kinetic_energy(graph, momenta);
    }
    [[nodiscard]] double potential_energy(const graph::DistributedGraph& graph,
                                          std::span<const double> positions) const override {
        const auto d = static_cast<std::size_t>(graph.dimension);
        double energy = inner_->potential_energy(graph, positions);
        for (std::size_t k = 0; k < graph.owned_size(); ++k) {
            energy += 0.5 * field_.harmonic_trap * positions[k] * positions[k];
            if (k % d == d - 1) energy += graph.mass[k / d] * field_.uniform_field * positions[k];
        }
        return energy;
    }
    [[nodiscard]] Virial virial(const graph::DistributedGraph& graph,
                                std::span<const double> positions) const override {
        return inner_->virial(graph, positions);
    }

  private:
    std::unique_ptr<Hamiltonian> inner_;
    Field field_;
};

}  // namespace

std::unique_ptr<Hamiltonian> in_field(std::unique_ptr<Hamiltonian> inner, Field field) {
    return std::make_unique<InField>(std::move(inner), field);
}

}  // namespace rfhgn::systems
