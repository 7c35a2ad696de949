#pragma once
/// Small systems of every kind, and a graph with its state on one communicator.

#include <string>
#include <vector>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::tests {

inline systems::SystemOptions options_of(std::string graph, std::vector<std::int64_t> size,
                                         std::string potential, int dimension = 0) {
    systems::SystemOptions options;
    options.graph = std::move(graph);
    options.size = std::move(size);
    options.potential = std::move(potential);
    options.dimension = dimension;
    options.mass = {0.5, 2.0};
    return options;
}

/// Each topology in each dimension that it fits into.
inline std::vector<systems::SystemOptions> all_topologies(const std::string& potential) {
    std::vector<systems::SystemOptions> all;
    for (int d = 1; d <= 3; ++d) {
        all.push_back(options_of("chain", {9}, potential, d));
        all.push_back(options_of("geometric", {40}, potential, d));
        all.push_back(options_of("complete", {7}, potential, d));
        if (d == 1) continue;
        all.push_back(options_of("ring", {5}, potential, d));
        all.push_back(options_of("square", {4, 3}, potential, d));
        all.push_back(options_of("triangular", {4, 3}, potential, d));
    }
    all.push_back(options_of("cubic", {4, 3, 2}, potential));
    return all;
}

struct Setup {
    systems::System system;
    graph::DistributedGraph graph;
    std::vector<double> positions;
    std::vector<double> momenta;
    std::unique_ptr<potential::ForceField> hamiltonian;

    Setup(const parallel::Communicator& comm, const systems::SystemOptions& options, bool partitioned = false,
          const systems::InitialStateOptions& start = {})
        : system(options), graph(make_graph(comm, system, partitioned)), hamiltonian(system.force_field()) {
        positions.resize(graph.node_id.size() * static_cast<std::size_t>(system.dimension()));
        momenta.resize(positions.size());
        system.initial_state(comm, graph, start, 3, positions, momenta);
    }
    [[nodiscard]] std::vector<double> forces() const {
        std::vector<double> result(positions.size(), 0.0);
        graph::add_forces(*hamiltonian, graph, positions, result);
        return result;
    }

  private:
    static graph::DistributedGraph make_graph(const parallel::Communicator& comm,
                                              const systems::System& system, bool partitioned) {
        const auto part = system.graph_part(comm);
        return graph::distribute(comm, part,
                                 partitioned ? graph::partition(comm, part) : graph::keep_owners(comm, part));
    }
};

}  // namespace rfhgn::tests
