#include "rfhgn/data/partition.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rfhgn::data {

using parallel::Range;

namespace {

constexpr GlobalIndex most_leaves = 4096;
constexpr GlobalIndex rows_per_column = 8;  // in a leaf: merging R factors then costs a few percent of a pass

constexpr GlobalIndex many_snapshots = 512;  // as leaves they still occupy that many ranks

// What this rank's leaves hold of `items` that are cut by block_range.
Range owned_items(const parallel::Communicator& comm, GlobalIndex items, int leaves) {
    const auto mine = owned_leaves(comm, leaves);
    const auto start = [&](GlobalIndex leaf) {
        return leaf == leaves ? items : parallel::block_range(items, leaves, leaf).begin;
    };
    return {start(mine.begin), start(mine.end)};
}

}  // namespace

int leaf_count(GlobalIndex nodes, int dimension, int columns) {
    const GlobalIndex wanted = nodes * dimension / (rows_per_column * std::max(columns, 1));
    const auto bounded = static_cast<std::uint64_t>(std::clamp<GlobalIndex>(wanted, 1, most_leaves));
    return static_cast<int>(std::bit_floor(bounded));
}

int leaf_count(const SnapshotTotals& totals, int columns) {
    const int leaves = leaf_count(totals.nodes, totals.dimension, columns);
    if (totals.snapshots < many_snapshots || totals.snapshots >= leaves) return leaves;
    return static_cast<int>(std::bit_floor(static_cast<std::uint64_t>(totals.snapshots)));
}

int whole_leaf_count(const SnapshotTotals& totals, int columns) {
    int leaves = leaf_count(totals, columns);
    while (leaves > totals.snapshots) leaves /= 2;
    return leaves;
}

bool is_known(const Virial& virial) {
    return std::none_of(virial.begin(), virial.end(), [](double value) { return std::isnan(value); });
}

bool whole_snapshots(GlobalIndex snapshots, int leaves) {
    return snapshots >= leaves;
}

Range owned_leaves(const parallel::Communicator& comm, int leaves) {
    return parallel::block_range(leaves, comm.size(), comm.rank());
}

Range owned_snapshots(const parallel::Communicator& comm, GlobalIndex snapshots, int leaves) {
    return owned_items(comm, snapshots, leaves);
}

Range owned_nodes(const parallel::Communicator& comm, GlobalIndex nodes, int leaves) {
    return owned_items(comm, nodes, leaves);
}

std::vector<Range> cut_into_pieces(std::span<const GlobalIndex> node_offset, GlobalIndex most_nodes) {
    std::vector<Range> pieces;
    const auto snapshots = static_cast<GlobalIndex>(node_offset.size()) - 1;
    for (GlobalIndex begin = 0; begin < snapshots;) {
        GlobalIndex end = begin + 1;
        const GlobalIndex limit = node_offset[static_cast<std::size_t>(begin)] + most_nodes;
        while (end < snapshots && node_offset[static_cast<std::size_t>(end) + 1] <= limit) ++end;
        pieces.push_back({begin, end});
        begin = end;
    }
    return pieces;
}

bool is_held_out(GlobalIndex group, double fraction) {
    const auto g = static_cast<double>(group);
    return std::floor((g + 1.0) * fraction) > std::floor(g * fraction);
}

}  // namespace rfhgn::data
