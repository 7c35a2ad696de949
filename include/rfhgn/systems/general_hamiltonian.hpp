#pragma once
/// Hamiltonians that need not fall apart into T(p) + V(q): what the implicit leapfrog moves.

#include <memory>
#include <span>

#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/systems/hamiltonian.hpp"

namespace rfhgn::systems {

/// H(q, p) on a distributed graph. Arrays are [owned + ghosts, dimension], row-major, in the node order of
/// the graph; ghosts of positions and momenta must be up to date.
class GeneralHamiltonian {
  public:
    virtual ~GeneralHamiltonian() = default;

    /// by_position[i] = ∂H/∂q_i and by_momentum[i] = ∂H/∂p_i of owned nodes; their ghost entries are scratch.
    /// *Collective.*
    virtual void gradient(const graph::DistributedGraph& graph, std::span<const double> positions,
                          std::span<const double> momenta, std::span<double> by_position,
                          std::span<double> by_momentum) const = 0;
    /// H of the whole system, the same on every rank. *Collective.*
    [[nodiscard]] virtual double energy(const graph::DistributedGraph& graph,
                                        std::span<const double> positions,
                                        std::span<const double> momenta) const = 0;
};

/// A separable Hamiltonian, which must outlive the result, as a general one.
std::unique_ptr<GeneralHamiltonian> as_general(const parallel::Communicator& comm,
                                               const Hamiltonian& separable);

}  // namespace rfhgn::systems
