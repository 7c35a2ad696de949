#pragma once
/// What the numbers of a data set must satisfy. Local; InputErrors name the file, the data set, the row and
/// the column.

#include <span>
#include <string>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"

namespace rfhgn::io {

/// A data set of a file and the index of the first row at hand.
struct Rows {
    const std::string& path;
    std::string name;
    GlobalIndex first;
};

void check_finite(const Rows& rows, std::span<const double> values, std::size_t columns);
void check_positive(const Rows& rows, std::span<const double> values);
/// Offsets of consecutive groups: `strictly` when groups may not be empty.
void check_increasing(const Rows& rows, std::span<const GlobalIndex> offsets, bool strictly);
/// Each edge joins two different nodes of the snapshot that lists it. Snapshot s lists the edges
/// [edge_offset[s], edge_offset[s + 1]) and has the nodes [node_offset[s], node_offset[s + 1]); the first is
/// `snapshot`.
void check_edges(const Rows& rows, std::span<const graph::GlobalEdge> edges, GlobalIndex snapshot,
                 std::span<const GlobalIndex> edge_offset, std::span<const GlobalIndex> node_offset);
/// Converts to int.
std::vector<int> narrowed(const Rows& rows, std::span<const std::int64_t> values);

}  // namespace rfhgn::io
