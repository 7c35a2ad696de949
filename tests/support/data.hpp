#pragma once

#include <limits>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/data/training_set.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::tests {

/// Exact snapshots of independent initial states, the nodes in `nodes` of the whole data set and, as in a
/// file, each edge on one rank. Made from a serial copy: content depends on global indices only.
inline data::SnapshotSet snapshots(const systems::SystemOptions& options, GlobalIndex count,
                                   parallel::Range nodes, const systems::InitialStateOptions& initial = {}) {
    const auto self = parallel::Communicator::self();
    const systems::System system(options);
    const auto part = system.graph_part(self);
    const auto graph = graph::distribute(self, part, graph::keep_owners(self, part));
    const auto hamiltonian = system.force_field();
    const GlobalIndex n = part.total_nodes;
    const auto edges = static_cast<GlobalIndex>(part.edges.size());
    const auto d = static_cast<std::size_t>(part.dimension);

    data::SnapshotSet set;
    set.totals = {part.dimension, n * count, edges * count, count, part.edge_attributes.names, "reduced"};
    set.part.dimension = part.dimension;
    set.part.total_nodes = n * count;
    set.part.nodes = nodes;
    set.part.edge_attributes.names = part.edge_attributes.names;
    set.part.first_edge_id = -1;
    set.first_snapshot = -1;
    for (GlobalIndex s = 0; s < count; ++s) {
        if ((s + 1) * n <= nodes.begin || s * n >= nodes.end) continue;
        if (set.first_snapshot < 0) set.first_snapshot = s;
        std::vector<double> q(static_cast<std::size_t>(n) * d);
        std::vector<double> p(q.size());
        std::vector<double> force(q.size());
        std::vector<double> velocity(q.size());
        system.initial_state(self, graph, initial, s, q, p);
        graph::add_forces(*hamiltonian, graph, q, force);
        graph::velocities(*hamiltonian, graph, p, velocity);
        for (GlobalIndex i = 0; i < n; ++i) {
            if (!nodes.contains(s * n + i)) continue;
            for (std::size_t k = static_cast<std::size_t>(i) * d; k < static_cast<std::size_t>(i + 1) * d;
                 ++k) {
                set.position.push_back(q[k]);
                set.momentum.push_back(p[k]);
                set.velocity.push_back(velocity[k]);
                set.force.push_back(force[k]);
            }
            set.part.mass.push_back(part.mass[static_cast<std::size_t>(i)]);
            set.part.species.push_back(0);
        }
        // A snapshot's edges come with its first node.
        if (nodes.contains(s * n)) {
            if (set.part.first_edge_id < 0) set.part.first_edge_id = s * edges;
            for (const auto& e : part.edges) set.part.edges.push_back({s * n + e.first, s * n + e.second});
            auto& values = set.part.edge_attributes.values;
            values.insert(values.end(), part.edge_attributes.values.begin(),
                          part.edge_attributes.values.end());
        }
        set.node_offset.push_back(s * n);
        set.energy.push_back(graph::kinetic_energy(*hamiltonian, graph, p) +
                             graph::potential_energy(*hamiltonian, graph, q));
        set.time.push_back(0.0);
        set.trajectory.push_back(s);
    }
    set.node_offset.push_back((set.first_snapshot + static_cast<GlobalIndex>(set.trajectory.size())) * n);
    if (set.part.first_edge_id < 0) set.part.first_edge_id = 0;
    return set;
}

inline data::TrainingSet training_set(const parallel::Communicator& comm,
                                      const systems::SystemOptions& options, GlobalIndex count, int columns,
                                      double held_out = 0.2,
                                      const systems::InitialStateOptions& initial = {}) {
    const systems::System system(options);
    const GlobalIndex total = system.nodes() * count;
    const int leaves = data::leaf_count(total, system.dimension(), columns);
    auto nodes = data::owned_nodes(comm, total, leaves);
    if (data::whole_snapshots(count, leaves)) {
        const auto whole = data::owned_snapshots(comm, count, leaves);
        nodes = {whole.begin * system.nodes(), whole.end * system.nodes()};
    }
    const auto set = snapshots(options, count, nodes, initial);
    return data::make_training_set(comm, set, leaves, held_out);
}

}  // namespace rfhgn::tests
