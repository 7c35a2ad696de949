#pragma once
/// A chain scattered over ranks and frames whose values follow from global node id and step.

#include <functional>
#include <numeric>

#include "rfhgn/io/trajectory.hpp"

namespace rfhgn::tests {

/// A chain of `total` nodes, node i on rank owner_of(i). *Collective.*
inline graph::DistributedGraph scattered_chain(const parallel::Communicator& comm, GlobalIndex total,
                                               int dimension,
                                               const std::function<int(GlobalIndex)>& owner_of) {
    graph::GraphPart part;
    part.dimension = dimension;
    part.total_nodes = total;
    part.nodes = parallel::block_range(total, comm.size(), comm.rank());
    part.first_edge_id = part.nodes.begin;
    std::vector<int> owner;
    for (GlobalIndex i = part.nodes.begin; i < part.nodes.end; ++i) {
        part.mass.push_back(1.0 + static_cast<double>(i) / 8.0);
        part.species.push_back(static_cast<int>(i % 3));
        owner.push_back(owner_of(i));
        if (i + 1 < total) part.edges.push_back({i + 1, i});
    }
    return graph::distribute(comm, part, owner);
}

/// Quantity 1 is position, 2 velocity, 3 momentum, 4 force; exact in single precision, which MDAnalysis
/// keeps.
inline double sample(int quantity, GlobalIndex id, std::int64_t step, int axis) {
    return quantity * 1024.0 + static_cast<double>(id) + static_cast<double>(step) / 16.0 + axis / 4.0;
}

/// Shows frames first .. frames - 1, 10 steps apart, to an observer; `before_finish` is called after the
/// last. *Collective.*
inline void roll(
    const graph::DistributedGraph& graph, dynamics::Observer& observer, int frames,
    const std::function<void()>& before_finish = [] {}, int first = 0) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    for (std::int64_t step = 10 * first; step < 10 * frames; step += 10) {
        std::array<std::vector<double>, 5> values;
        for (int quantity = 1; quantity <= 4; ++quantity)
            for (const GlobalIndex id : graph.node_id)
                for (std::size_t k = 0; k < d; ++k)
                    values[static_cast<std::size_t>(quantity)].push_back(
                        sample(quantity, id, step, static_cast<int>(k)));
        dynamics::Scalars scalars;
        scalars.kinetic = static_cast<double>(step) + 0.5;
        scalars.potential = -static_cast<double>(step) / 3.0;
        scalars.momentum = {1.5, 2.5, 3.5};
        scalars.angular_momentum = {4.5, 5.5, 6.5};
        observer.observe({step, static_cast<double>(step) * 0.25, graph, values[1], values[3], values[2],
                          values[4], scalars});
    }
    before_finish();
    observer.finish();
}

}  // namespace rfhgn::tests
