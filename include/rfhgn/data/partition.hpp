#pragma once
/// How a data set is cut for a factorisation. All cuts depend on the data alone, never on the ranks, and are
/// the same for data in memory and on disk: rows, and hence R factors, have the same bits.
///
///     data set   |<--------- leaf 0 --------->|<--------- leaf 1 --------->| ...
///     leaf       |  piece  |  piece  | piece  |
///     piece      |block|block|blk|               training nodes first, then held-out ones
///
///   leaf   of the tree of the TSQR reduction: consecutive snapshots or, where these are few, nodes. Each
///          leaf is one rank's; a rank has several.
///   piece  of a leaf of whole snapshots: what has to be in memory at a time. Other leaves are one piece.
///   block  rows that are made by one call, all of one part (see Split): see row_blocks.hpp.
///
/// Streamed data are read in batches of consecutive pieces; batches do not show in results.

#include <span>
#include <vector>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::data {

/// A power of two such that each leaf gives an R factor of `columns` at least four times as many rows.
int leaf_count(GlobalIndex nodes, int dimension, int columns);
/// The same of a data set, but no more leaves than snapshots where there are many: such data can be streamed,
/// however large a snapshot is.
int leaf_count(const SnapshotTotals& totals, int columns);

/// Leaves of whole snapshots whatever their number; as leaf_count otherwise.
int whole_leaf_count(const SnapshotTotals& totals, int columns);

/// Leaves are ranges of whole snapshots, leaf l = block_range(snapshots, leaves, l), where there are at least
/// as many snapshots as leaves. Otherwise they are ranges of nodes, block_range(nodes, leaves, l), which cut
/// through snapshots.
bool whole_snapshots(GlobalIndex snapshots, int leaves);

/// The leaves of this rank; the snapshots that they hold (if whole); the nodes that they hold (if cut).
parallel::Range owned_leaves(const parallel::Communicator& comm, int leaves);
parallel::Range owned_snapshots(const parallel::Communicator& comm, GlobalIndex snapshots, int leaves);
parallel::Range owned_nodes(const parallel::Communicator& comm, GlobalIndex nodes, int leaves);

/// Rows of a leaf are made piece by piece: a piece is what has to be in memory at a time.
constexpr GlobalIndex nodes_per_piece = 16384;

/// Cuts a leaf of whole snapshots into pieces of at most `most_nodes` nodes, or of one snapshot.
/// `node_offset` [snapshots + 1] is of this leaf's snapshots; the result are ranges of them, counted from 0.
std::vector<parallel::Range> cut_into_pieces(std::span<const GlobalIndex> node_offset,
                                             GlobalIndex most_nodes);

/// Every 1/fraction-th group (see SnapshotSet::group_of) is held out: those with floor((g + 1) f) > floor(g
/// f).
bool is_held_out(GlobalIndex group, double fraction);

/// What groups are for: a fraction is held out, the others are dealt out to parts in turn, which
/// cross-validation leaves out one after the other. Parts are numbered from 0, the held-out one is the last.
struct Split {
    double held_out = 0;
    int training_parts = 1;

    Split() = default;
    Split(double held_out_fraction, int parts = 1)  // NOLINT(google-explicit-constructor): a fraction is one
        : held_out(held_out_fraction), training_parts(parts) {}
    [[nodiscard]] int parts() const noexcept { return training_parts + 1; }
    [[nodiscard]] int part_of(GlobalIndex group) const {
        return is_held_out(group, held_out) ? training_parts : static_cast<int>(group % training_parts);
    }
    [[nodiscard]] bool is_held_out_part(int part) const noexcept { return part == training_parts; }
};

}  // namespace rfhgn::data
