#pragma once
/// Force fields on a distributed graph.

#include <span>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::graph {

/// Views of a graph and of arrays [owned + ghosts, d], which must outlive them. Local.
potential::Atoms atoms(const DistributedGraph& graph, std::span<const double> positions,
                       std::span<const double> momenta = {});
potential::Neighbours neighbours(const DistributedGraph& graph);

/// The exchange of one evaluation over ranks, on the graph's halo. Given positions, their ghosts are on the
/// way from construction on and are there after arrive; otherwise they must be up to date. *Collective* but
/// for poll.
class GhostExchange final : public potential::Exchange {
  public:
    GhostExchange(const parallel::Communicator& comm, const DistributedGraph& graph,
                  std::span<double> positions = {});

    void arrive() override;
    void update(std::span<double> values, int width) override;
    void sum(std::span<double> values, int width) override;
    void sum_over_processes(std::span<double> values) override;
    void min_over_processes(std::span<double> values) override;

    /// Seconds spent in waiting so far.
    [[nodiscard]] double waited() const noexcept { return waited_; }

  private:
    const parallel::Communicator& comm_;
    const DistributedGraph& graph_;
    std::span<double> positions_;  // on their way
    double waited_ = 0;
};

/// This rank's shares, of force fields of pairs and external fields on graphs whose ghosts are up to date.
/// Local.
double kinetic_energy(const potential::ForceField& field, const DistributedGraph& graph,
                      std::span<const double> momenta);
double potential_energy(const potential::ForceField& field, const DistributedGraph& graph,
                        std::span<const double> positions);
potential::Virial virial(const potential::ForceField& field, const DistributedGraph& graph,
                         std::span<const double> positions);
/// Adds −∂V/∂q [owned + ghosts, d].
void add_forces(const potential::ForceField& field, const DistributedGraph& graph,
                std::span<const double> positions, std::span<double> forces);
/// ∂T/∂p of owned nodes.
void velocities(const potential::ForceField& field, const DistributedGraph& graph,
                std::span<const double> momenta, std::span<double> velocities);

}  // namespace rfhgn::graph
