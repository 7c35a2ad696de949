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

namespace {

// Ghosts are up to date: nothing needs to be exchanged.
void compute(const potential::ForceField& field, const DistributedGraph& graph,
             std::span<const double> positions, std::span<const double> momenta,
             const potential::Result& result) {
    potential::Exchange none;
    field.compute(atoms(graph, positions, momenta), neighbours(graph), none, result);
}

}  // namespace

double kinetic_energy(const potential::ForceField& field, const DistributedGraph& graph,
                      std::span<const double> momenta) {
    double energy = 0;
    compute(field, graph, {}, momenta, {.kinetic = &energy});
    return energy;
}

double potential_energy(const potential::ForceField& field, const DistributedGraph& graph,
                        std::span<const double> positions) {
    double energy = 0;
    compute(field, graph, positions, {}, {.potential = &energy});
    return energy;
}

potential::Virial virial(const potential::ForceField& field, const DistributedGraph& graph,
                         std::span<const double> positions) {
    potential::Virial virial{};
    compute(field, graph, positions, {}, {.virial = &virial});
    return virial;
}

void add_forces(const potential::ForceField& field, const DistributedGraph& graph,
                std::span<const double> positions, std::span<double> forces) {
    compute(field, graph, positions, {}, {.force = forces});
}

void velocities(const potential::ForceField& field, const DistributedGraph& graph,
                std::span<const double> momenta, std::span<double> velocities) {
    compute(field, graph, {}, momenta, {.velocity = velocities});
}

}  // namespace rfhgn::graph
