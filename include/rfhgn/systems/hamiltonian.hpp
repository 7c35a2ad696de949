#pragma once
/// The one interface behind which exact and learned Hamiltonians look the same to training, integrators and
/// observers.

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/distributed_graph.hpp"

namespace rfhgn::systems {

/// Half-open range of local edges.
struct EdgeRange {
    LocalIndex begin;
    LocalIndex end;
};

/// Components xx, yy, zz, xy, xz, yz of a symmetric tensor.
using Virial = std::array<double, 6>;

/// A separable Hamiltonian H = T(p) + V(q) on a distributed graph. Arrays are [owned + ghosts, dimension],
/// row-major, in the node order of the graph. All functions are local: halos must be up to date, sums over
/// ranks are the caller's.
class Hamiltonian {
  public:
    virtual ~Hamiltonian() = default;

    /// velocities[i] = ∂H/∂p_i of owned nodes.
    virtual void velocities(const graph::DistributedGraph& graph, std::span<const double> momenta,
                            std::span<double> velocities) const = 0;
    /// Adds −∂V/∂q of these edges to both ends. What ghosts get is for their owners in a half list and
    /// scratch in a full one.
    virtual void add_forces(const graph::DistributedGraph& graph, EdgeRange edges,
                            std::span<const double> positions, std::span<double> forces) const = 0;
    /// Adds the forces of an external field, which belong to no edge, to owned nodes; most have none.
    virtual void add_field_forces(const graph::DistributedGraph& /*graph*/,
                                  std::span<const double> /*positions*/, std::span<double> /*forces*/) const {
    }
    /// Σ over owned nodes.
    [[nodiscard]] virtual double kinetic_energy(const graph::DistributedGraph& graph,
                                                std::span<const double> momenta) const = 0;
    /// Σ over local edges, half of those that two ranks hold, plus what belongs to owned nodes.
    [[nodiscard]] virtual double potential_energy(const graph::DistributedGraph& graph,
                                                  std::span<const double> positions) const = 0;
    /// Σ over local edges of r_a f_b, half of those that two ranks hold; f is the force on the first end, r
    /// its position seen from the second. The pressure of a d-dimensional box is (2 T + trace) / (d volume).
    [[nodiscard]] virtual Virial virial(const graph::DistributedGraph& graph,
                                        std::span<const double> positions) const = 0;
};

/// Adds −∂V/∂q of all edges and of the field; the graph has a full list.
inline void add_all_forces(const Hamiltonian& hamiltonian, const graph::DistributedGraph& graph,
                           std::span<const double> positions, std::span<double> forces) {
    RFHGN_ASSERT(graph.list_style == graph::ListStyle::full);
    hamiltonian.add_forces(graph, {0, graph.edge_count()}, positions, forces);
    hamiltonian.add_field_forces(graph, positions, forces);
}

/// V(r): energy and slope dV/dr of a bond as a function of its length, and of attributes of the edge and of
/// its ends.
class PairTerm {
  public:
    virtual ~PairTerm() = default;
    /// Energy and slope are exactly 0 from this distance on.
    [[nodiscard]] virtual double cutoff() const { return std::numeric_limits<double>::infinity(); }
    /// For edges first_edge .. first_edge + distance.size(): slope[e] = dV/dr and, unless `energy` is empty,
    /// energy[e] = V.
    virtual void evaluate(const graph::DistributedGraph& graph, LocalIndex first_edge,
                          std::span<const double> distance, std::span<double> slope,
                          std::span<double> energy) const = 0;
};

/// T(|p|²): energy and slope dT/d(|p|²) of a node.
class KineticTerm {
  public:
    virtual ~KineticTerm() = default;
    /// For nodes first_node .. : slope[i] = dT/d|p|² and, unless `energy` is empty, energy[i] = T.
    virtual void evaluate(const graph::DistributedGraph& graph, LocalIndex first_node,
                          std::span<const double> squared_momentum, std::span<double> slope,
                          std::span<double> energy) const = 0;
};

/// T = |p|²/2m.
class NewtonianKineticTerm final : public KineticTerm {
  public:
    void evaluate(const graph::DistributedGraph& graph, LocalIndex first_node,
                  std::span<const double> squared_momentum, std::span<double> slope,
                  std::span<double> energy) const override;
};

/// H = Σ_i T(|p_i|²) + Σ_edges V(r_ij): evaluates batches of edges, so that terms are plain loops over
/// arrays.
class PairHamiltonian final : public Hamiltonian {
  public:
    PairHamiltonian(std::unique_ptr<KineticTerm> kinetic, std::unique_ptr<PairTerm> pair);

    void velocities(const graph::DistributedGraph& graph, std::span<const double> momenta,
                    std::span<double> velocities) const override;
    void add_forces(const graph::DistributedGraph& graph, EdgeRange edges, std::span<const double> positions,
                    std::span<double> forces) const override;
    [[nodiscard]] double kinetic_energy(const graph::DistributedGraph& graph,
                                        std::span<const double> momenta) const override;
    [[nodiscard]] double potential_energy(const graph::DistributedGraph& graph,
                                          std::span<const double> positions) const override;
    [[nodiscard]] Virial virial(const graph::DistributedGraph& graph,
                                std::span<const double> positions) const override;

    [[nodiscard]] const PairTerm& pair() const noexcept { return *pair_; }
    [[nodiscard]] const KineticTerm& kinetic() const noexcept { return *kinetic_; }

  private:
    std::unique_ptr<KineticTerm> kinetic_;
    std::unique_ptr<PairTerm> pair_;
};

}  // namespace rfhgn::systems
