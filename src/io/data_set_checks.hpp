#pragma once
/// What the numbers of a data set must satisfy. Local; InputErrors name the file, the data set, the snapshot,
/// the particle or edge, the row and the column.

#include <span>
#include <string>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/potential/species_names.hpp"

namespace rfhgn::io {

/// A data set of a file and the index of the first row at hand.
struct Rows {
    const std::string& path;
    std::string name;
    GlobalIndex first;
};

/// Values of larger magnitude are refused: their fourth powers, summed over any data, must not overflow, nor
/// must what is divided by masses below the inverse of this.
constexpr double largest_magnitude = 1e60;

/// Whose rows these are: of each snapshot's particles or edges.
struct Groups {
    const char* member;                   ///< "particle", "edge"
    GlobalIndex first;                    ///< the first snapshot
    std::span<const GlobalIndex> offset;  ///< [snapshots + 1], rows where they begin
};

/// Whether all are finite and within largest_magnitude; `positive`: and from its inverse upwards.
bool is_sound(std::span<const double> values, bool positive = false);
/// The first unsound value in words, with file, data set, particle, snapshot, row and column.
std::string describe_unsound(const Rows& rows, std::span<const double> values, std::size_t columns,
                             const Groups& groups, bool positive = false);
/// Throws unless all are sound.
void check_sound(const Rows& rows, std::span<const double> values, std::size_t columns, const Groups& groups,
                 bool positive = false);
/// The same of one value a snapshot.
void check_sound(const Rows& rows, std::span<const double> values);
/// The same of `columns` values a snapshot, where NaN says that a value is not known.
void check_known(const Rows& rows, std::span<const double> values, std::size_t columns);
/// Offsets of consecutive groups: `strictly` when groups may not be empty.
void check_increasing(const Rows& rows, std::span<const GlobalIndex> offsets, bool strictly);
/// Each edge joins two different nodes of the snapshot that lists it. Snapshot s lists the edges
/// [edge_offset[s], edge_offset[s + 1]) and has the nodes [node_offset[s], node_offset[s + 1]); the first is
/// `snapshot`.
void check_edges(const Rows& rows, std::span<const graph::GlobalEdge> edges, GlobalIndex snapshot,
                 std::span<const GlobalIndex> edge_offset, std::span<const GlobalIndex> node_offset);
/// Where species have names, each that is met has one.
void check_named(const Rows& rows, std::span<const int> species, const potential::SpeciesNames& names);
/// Converts to int.
std::vector<int> narrowed(const Rows& rows, std::span<const std::int64_t> values);

}  // namespace rfhgn::io
