#pragma once
/// A graph cut over ranks: who owns what, the exchange plan, and the static attributes of nodes and edges.
/// State (positions, momenta) lives outside, as arrays [owned + ghosts, dimension] in the node order of the
/// graph.

#include <span>
#include <string>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/halo_exchange.hpp"
#include "rfhgn/potential/atoms.hpp"

namespace rfhgn::graph {

/// Named columns of numbers, one row an edge; values [rows, columns] row-major.
struct AttributeTable {
    std::vector<std::string> names;
    std::vector<double> values;

    [[nodiscard]] std::size_t columns() const noexcept { return names.size(); }
    [[nodiscard]] std::span<const double> row(std::size_t r) const {
        return {values.data() + r * columns(), columns()};
    }
};

struct GlobalEdge {
    GlobalIndex first;
    GlobalIndex second;
    friend bool operator==(const GlobalEdge&, const GlobalEdge&) = default;
};

using potential::Edge;

/// One rank's part of a graph as a file or a generator gives it. Ranks hold consecutive node ranges that
/// cover the graph; every edge is listed once, on any rank, by global node indices; edge ids are consecutive
/// over ranks.
struct GraphPart {
    int dimension = 3;
    GlobalIndex total_nodes = 0;
    parallel::Range nodes;           ///< global indices of this rank's nodes
    std::vector<double> mass;        ///< [nodes]
    std::vector<int> species;        ///< [nodes]
    std::vector<GlobalEdge> edges;   ///< each edge of the graph on exactly one rank
    GlobalIndex first_edge_id = 0;   ///< id of edges[0]; the others follow
    std::vector<double> edge_shift;  ///< [edges, d]: the second end is seen at its position plus this, a
                                     ///< displacement of the box; empty when no edge is shifted
    AttributeTable edge_attributes;  ///< [edges, C]
};

/// Which rank holds an edge whose ends two ranks own, or whose second end is a periodic image.
enum class ListStyle {
    full,  ///< both: each adds its force to its own end only and counts half of its energy. A rank sees all
           ///< neighbours of its nodes, and no force travels
    half,  ///< one of both: half as many ghosts and cut edges, each with its whole energy; what they do to
           ///< ghosts goes home by HaloExchange's sum
};

/// Owned nodes come first, ordered by global id; ghosts follow. A rank holds interior edges (both ends owned)
/// first, then cut edges, as its list style says. A periodic image of a node is a ghost too, whoever owns the
/// node: one node may have several ghosts on a rank, and an edge to an image is a cut edge at both of its
/// ends.
struct DistributedGraph {
    int dimension = 3;
    GlobalIndex total_nodes = 0;
    GlobalIndex total_edges = 0;
    LocalIndex owned = 0;
    LocalIndex ghosts = 0;
    std::vector<GlobalIndex> node_id;   ///< [owned + ghosts]
    std::vector<double> mass;           ///< [owned + ghosts]
    std::vector<int> species;           ///< [owned + ghosts]
    std::vector<double> ghost_shift{};  ///< [ghosts, d]: a ghost lies at its owner's position plus this;
                                        ///< empty when none is shifted
    std::vector<Edge> edges{};          ///< interior first, then cut; sorted by (first, second) in each part
    LocalIndex interior_edges = 0;
    ListStyle list_style = ListStyle::full;
    std::vector<GlobalIndex> edge_id{};  ///< [edges], index in the undistributed edge list
    AttributeTable edge_attributes{};    ///< [edges, C]
    parallel::HaloExchange halo;

    [[nodiscard]] LocalIndex local_nodes() const noexcept { return owned + ghosts; }
    /// Numbers in an array [owned + ghosts, dimension], and in its owned part.
    [[nodiscard]] std::size_t state_size() const noexcept {
        return static_cast<std::size_t>(local_nodes()) * static_cast<std::size_t>(dimension);
    }
    [[nodiscard]] std::size_t owned_size() const noexcept {
        return static_cast<std::size_t>(owned) * static_cast<std::size_t>(dimension);
    }
    [[nodiscard]] LocalIndex edge_count() const noexcept { return static_cast<LocalIndex>(edges.size()); }
    /// The first edges, which no other rank holds; of the energy of the rest this rank counts half.
    [[nodiscard]] LocalIndex whole_edges() const noexcept {
        return list_style == ListStyle::half ? edge_count() : interior_edges;
    }
};

/// Bring the positions [owned + ghosts, d] of ghosts up to date: their owners' plus their shifts. Momenta and
/// all else that does not depend on the image go through the plain halo. *Collective.*
void begin_positions(const DistributedGraph& graph, std::span<double> positions);
void end_positions(const DistributedGraph& graph, std::span<double> positions);
void update_positions(const DistributedGraph& graph, std::span<double> positions);

/// Moves every node to the rank that `owner` names (owner[i] for part.nodes.begin + i) and builds ghosts,
/// edges and the exchange plan. *Collective.* Throws InputError for an edge that leaves the graph or joins a
/// node with itself rather than with an image of it.
DistributedGraph distribute(const parallel::Communicator& comm, const GraphPart& part,
                            std::span<const int> owner);

/// Moves node values [part.nodes, width] (row-major) to the new owners: returns [owned, width] in the order
/// of `graph`, which must come from distribute with the same part and owner. *Collective.*
std::vector<double> migrate(const parallel::Communicator& comm, const GraphPart& part,
                            std::span<const int> owner, const DistributedGraph& graph,
                            std::span<const double> values, int width);

/// Owners for a few cut edges: PT-Scotch over ranks, blocks on one rank. *Collective.*
std::vector<int> partition(const parallel::Communicator& comm, const GraphPart& part);

/// Owners that keep every node where `part` has it.
std::vector<int> keep_owners(const parallel::Communicator& comm, const GraphPart& part);

/// What a distribution costs, for `check` and the summaries; over all ranks. *Collective.*
struct DistributionReport {
    GlobalIndex cut_edges = 0;      ///< edges that join two ranks, or an image
    GlobalIndex largest_owned = 0;  ///< most nodes on a rank
    GlobalIndex smallest_owned = 0;
    GlobalIndex largest_halo = 0;  ///< most ghosts on a rank
    int most_neighbours = 0;
};
DistributionReport report(const parallel::Communicator& comm, const DistributedGraph& graph);

}  // namespace rfhgn::graph
