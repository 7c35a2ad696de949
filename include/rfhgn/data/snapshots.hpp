#pragma once
/// A data set: M snapshots (q, p, dq/dt, dp/dt) that together form one graph with M disconnected components.

#include <string>
#include <vector>

#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"

namespace rfhgn::data {

/// What is known of a data set without reading its arrays; the same on every rank.
struct SnapshotTotals {
    int dimension = 3;
    GlobalIndex nodes = 0;
    GlobalIndex edges = 0;
    GlobalIndex snapshots = 0;
    std::vector<std::string> edge_attribute_names;
    std::string units;  ///< free text, "reduced" by default
    /// Snapshots have boxes, and edges that follow from a cutoff in them: until it is known there are none.
    bool boxes = false;
};

/// One rank's consecutive part of a data set. Per-snapshot arrays cover the snapshots that own at least one
/// of this rank's nodes (the first and the last may be shared with neighbouring ranks).
struct SnapshotSet {
    SnapshotTotals totals;
    graph::GraphPart part;                ///< nodes, masses, species, edges (by global node index), edge attributes
    std::vector<double> position;  ///< [part.nodes, d]
    std::vector<double> momentum;  ///< [part.nodes, d]
    std::vector<double> position_rate;  ///< [part.nodes, d], empty when not known
    std::vector<double> momentum_rate;  ///< [part.nodes, d], empty when not known (a time series)
    GlobalIndex first_snapshot = 0;
    std::vector<GlobalIndex> node_offset;  ///< [snapshots here + 1], global node index where each begins
    std::vector<double> energy;            ///< [snapshots here], NaN where it is not known
    std::vector<double> time;              ///< [snapshots here]
    std::vector<GlobalIndex>
        trajectory;          ///< [snapshots here]; snapshots of one trajectory are held out together
    std::vector<graph::Box> box{};  ///< [snapshots here], empty without boxes

    [[nodiscard]] std::size_t snapshot_count() const noexcept { return trajectory.size(); }
};

/// Sizes of consecutive snapshots, known without reading their arrays.
struct SnapshotOutline {
    std::vector<GlobalIndex> node_offset;  ///< [snapshots + 1], global node index where each begins
    std::vector<GlobalIndex> edge_offset;  ///< [snapshots + 1]
    std::vector<GlobalIndex> trajectory;   ///< [snapshots]
};

/// A data set that is read in parts, so that no rank ever needs to hold more than it asks for.
class SnapshotSource {
  public:
    virtual ~SnapshotSource() = default;
    [[nodiscard]] virtual const SnapshotTotals& totals() const noexcept = 0;
    /// The nodes in `nodes` (ranks' ranges in order must cover the data set) and, of the edges, a block of
    /// all. *Collective.* Throws InputError on all ranks alike.
    [[nodiscard]] virtual SnapshotSet read(parallel::Range nodes) const = 0;
    /// Whole snapshots with their edges, whatever other ranks read. Local: throws InputError on this rank
    /// alone.
    [[nodiscard]] virtual SnapshotSet read_snapshots(parallel::Range snapshots) const = 0;
    /// Local; throws like read_snapshots.
    [[nodiscard]] virtual SnapshotOutline outline(parallel::Range snapshots) const = 0;
};

}  // namespace rfhgn::data
