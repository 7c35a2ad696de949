#include "rfhgn/graph/evaluation.hpp"

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::graph {

potential::Atoms atoms(const DistributedGraph& graph, std::span<const double> positions,
                       std::span<const double> momenta) {
    return {.dimension = graph.dimension,
            .owned = graph.owned,
            .ghosts = graph.ghosts,
            .mass = graph.mass,
            .species = graph.species,
            .id = graph.node_id,
            .position = positions,
            .momentum = momenta};
}

potential::Neighbours neighbours(const DistributedGraph& graph) {
    return {.edges = graph.edges,
            .interior = graph.interior_edges,
            .whole = graph.whole_edges(),
            .full = graph.list_style == ListStyle::full,
            .edge_id = graph.edge_id,
            .attribute_names = graph.edge_attributes.names,
            .attributes = graph.edge_attributes.values};
}

GhostExchange::GhostExchange(const parallel::Communicator& comm, const DistributedGraph& graph,
                             std::span<double> positions)
    : comm_(comm), graph_(graph), positions_(positions) {
    if (!positions_.empty()) begin_positions(graph_, positions_);
}

void GhostExchange::arrive() {
    if (positions_.empty()) return;
    const double start = parallel::wall_time();
    end_positions(graph_, positions_);
    positions_ = {};
    waited_ += parallel::wall_time() - start;
}

void GhostExchange::update(std::span<double> values, int width) {
    const double start = parallel::wall_time();
    graph_.halo.update(values, width);
    waited_ += parallel::wall_time() - start;
}

void GhostExchange::sum(std::span<double> values, int width) {
    const double start = parallel::wall_time();
    graph_.halo.sum(values, width);
    waited_ += parallel::wall_time() - start;
}

void GhostExchange::sum_over_processes(std::span<double> values) {
    parallel::sum(comm_, values);
}

void GhostExchange::min_over_processes(std::span<double> values) {
    parallel::min(comm_, values);
}

double kinetic_energy(const potential::ForceField& field, const DistributedGraph& graph,
                      std::span<const double> momenta) {
    double energy = 0;
    NoExchange none;
    field.compute(atoms(graph, {}, momenta), neighbours(graph), none, {.kinetic = &energy});
    return energy;
}

double potential_energy(const potential::ForceField& field, const DistributedGraph& graph,
                        std::span<const double> positions) {
    double energy = 0;
    NoExchange none;
    field.compute(atoms(graph, positions), neighbours(graph), none, {.potential = &energy});
    return energy;
}

potential::Virial virial(const potential::ForceField& field, const DistributedGraph& graph,
                         std::span<const double> positions) {
    potential::Virial virial{};
    NoExchange none;
    field.compute(atoms(graph, positions), neighbours(graph), none, {.virial = &virial});
    return virial;
}

void add_forces(const potential::ForceField& field, const DistributedGraph& graph,
                std::span<const double> positions, std::span<double> forces) {
    NoExchange none;
    field.compute(atoms(graph, positions), neighbours(graph), none, {.force = forces});
}

void velocities(const potential::ForceField& field, const DistributedGraph& graph,
                std::span<const double> momenta, std::span<double> velocities) {
    NoExchange none;
    field.compute(atoms(graph, {}, momenta), neighbours(graph), none, {.velocity = velocities});
}

}  // namespace rfhgn::graph
