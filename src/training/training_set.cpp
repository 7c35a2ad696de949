#include "rfhgn/training/training_set.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::training {

namespace {

constexpr GlobalIndex most_leaves = 4096;
constexpr GlobalIndex rows_per_column = 8;  // in a leaf: merging triangles then costs a few percent of a pass

bool is_held_out(GlobalIndex trajectory, double fraction) {
    const auto t = static_cast<double>(trajectory);
    return std::floor((t + 1.0) * fraction) > std::floor(t * fraction);
}

// Fills in per-node facts that follow from the node's snapshot.
void mark_snapshots(TrainingSet& training, const graph::SnapshotSet& set, double fraction) {
    const auto owned = static_cast<std::size_t>(training.graph.owned);
    training.snapshot.resize(owned);
    training.held_out.resize(owned);
    training.energy_known.resize(owned);
    GlobalIndex held_out = 0;
    for (std::size_t s = 0; s < set.snapshot_count(); ++s) {
        const bool held = is_held_out(set.trajectory[s], fraction);
        const bool known = std::isfinite(set.energy[s]);
        const GlobalIndex begin = std::max(set.node_offset[s], set.part.nodes.begin);
        const GlobalIndex end = std::min(set.node_offset[s + 1], set.part.nodes.end);
        for (GlobalIndex node = begin; node < end; ++node) {
            const auto i = static_cast<std::size_t>(node - set.part.nodes.begin);
            training.snapshot[i] = static_cast<LocalIndex>(s);
            training.held_out[i] = held ? 1 : 0;
            training.energy_known[i] = known ? 1 : 0;
        }
        if (!set.part.nodes.contains(set.node_offset[s])) continue;  // counted where it begins
        held_out += held ? 1 : 0;
        if (known && !held) training.known_energy += set.energy[s];
    }
    training.held_out_snapshots = parallel::sum(training.comm, held_out);
}

}  // namespace

int leaf_count(GlobalIndex nodes, int dimension, int columns) {
    const GlobalIndex wanted = nodes * dimension / (rows_per_column * std::max(columns, 1));
    const auto bounded = static_cast<std::uint64_t>(std::clamp<GlobalIndex>(wanted, 1, most_leaves));
    return static_cast<int>(std::bit_floor(bounded));
}

parallel::Range owned_leaves(const parallel::Communicator& comm, int leaves) {
    return parallel::block_range(leaves, comm.size(), comm.rank());
}

parallel::Range owned_nodes(const parallel::Communicator& comm, GlobalIndex nodes, int leaves) {
    const auto mine = owned_leaves(comm, leaves);
    const auto start = [&](GlobalIndex leaf) {
        return leaf == leaves ? nodes : parallel::block_range(nodes, leaves, leaf).begin;
    };
    return {start(mine.begin), start(mine.end)};
}

TrainingSet make_training_set(const parallel::Communicator& comm, const graph::SnapshotSet& set, int leaves,
                              double held_out_fraction) {
    RFHGN_ASSERT(leaves == no_leaves || set.part.nodes == owned_nodes(comm, set.totals.nodes, leaves));
    TrainingSet training{.comm = comm,
                         .leaves = leaves,
                         .graph = graph::distribute(comm, set.part, graph::keep_owners(comm, set.part)),
                         .position = set.position,
                         .momentum = set.momentum,
                         .position_rate = set.position_rate,
                         .momentum_rate = set.momentum_rate,
                         .snapshot = {},
                         .held_out = {},
                         .energy_known = {},
                         .snapshots = set.totals.snapshots};
    const int dimension = set.totals.dimension;
    training.position.resize(static_cast<std::size_t>(training.graph.local_nodes() * dimension));
    training.graph.halo.update(training.position, dimension);
    mark_snapshots(training, set, held_out_fraction);
    return training;
}

}  // namespace rfhgn::training
