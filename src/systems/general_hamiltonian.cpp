#include "rfhgn/systems/general_hamiltonian.hpp"

#include <algorithm>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::systems {

namespace {

class Separable final : public GeneralHamiltonian {
  public:
    Separable(const parallel::Communicator& comm, const Hamiltonian& hamiltonian)
        : comm_(comm), hamiltonian_(hamiltonian) {}

    void gradient(const graph::DistributedGraph& graph, std::span<const double> positions,
                  std::span<const double> momenta, std::span<double> by_position,
                  std::span<double> by_momentum) const override {
        hamiltonian_.velocities(graph, momenta, by_momentum);
        std::fill(by_position.begin(), by_position.end(), 0.0);
        add_all_forces(hamiltonian_, graph, positions, by_position);
        for (double& slope : by_position) slope = -slope;
    }

    [[nodiscard]] double energy(const graph::DistributedGraph& graph, std::span<const double> positions,
                                std::span<const double> momenta) const override {
        return parallel::sum(comm_, hamiltonian_.kinetic_energy(graph, momenta) +
                                        hamiltonian_.potential_energy(graph, positions));
    }

  private:
    parallel::Communicator comm_;
    const Hamiltonian& hamiltonian_;
};

}  // namespace

std::unique_ptr<GeneralHamiltonian> as_general(const parallel::Communicator& comm,
                                               const Hamiltonian& separable) {
    return std::make_unique<Separable>(comm, separable);
}

}  // namespace rfhgn::systems
