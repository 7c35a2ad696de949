#pragma once

#include <span>
#include <vector>

#include "rfhgn/graph/snapshots.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// Pieces of a data set that do not depend on the number of ranks: leaf l of `leaves` is block_range(nodes,
/// leaves, l). A power of two such that each leaf gives a triangle of `columns` at least four times as many
/// rows.
int leaf_count(GlobalIndex nodes, int dimension, int columns);

/// The leaves of this rank, and the nodes that they hold.
parallel::Range owned_leaves(const parallel::Communicator& comm, int leaves);
parallel::Range owned_nodes(const parallel::Communicator& comm, GlobalIndex nodes, int leaves);

/// A data set laid out for training: snapshots as one distributed graph, cut over ranks by leaves of
/// consecutive nodes.
struct TrainingSet {
    parallel::Communicator comm;
    int leaves;
    graph::DistributedGraph graph;
    std::vector<double> position;       ///< [owned + ghosts, d]
    std::vector<double> momentum;       ///< [owned, d]
    std::vector<double> position_rate;  ///< [owned, d]
    std::vector<double> momentum_rate;  ///< [owned, d]
    std::vector<LocalIndex> snapshot;   ///< [owned], index into the per-snapshot arrays of this rank
    std::vector<char> held_out;         ///< [owned], by whole trajectories
    std::vector<char> energy_known;     ///< [owned], of the node's snapshot
    double known_energy = 0;    ///< sum of the known energies of training snapshots that begin on this rank
    GlobalIndex snapshots = 0;  ///< of the whole data set
    GlobalIndex held_out_snapshots = 0;

    [[nodiscard]] linalg::RowRole role(LocalIndex node) const {
        return held_out[static_cast<std::size_t>(node)] ? linalg::RowRole::held_out
                                                        : linalg::RowRole::training;
    }
};

/// For data that only judges a model: no rows are made of it.
constexpr int no_leaves = 0;

/// Lays out `set`, whose nodes on this rank must be owned_nodes(comm, total, leaves) unless there are no leaves. Trajectories t with
/// floor((t + 1) f) > floor(t f) are held out, f = `held_out_fraction`. *Collective.*
TrainingSet make_training_set(const parallel::Communicator& comm, const graph::SnapshotSet& set, int leaves,
                              double held_out_fraction);

}  // namespace rfhgn::training
