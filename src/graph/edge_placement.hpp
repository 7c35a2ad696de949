#pragma once
/// Edges on their way to the ranks that own their ends, and their order there.

#include <span>
#include <vector>

#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"

#include "node_directory.hpp"

namespace rfhgn::graph {

/// A node as an edge sees it: where it lives, and how far its image is from it.
struct PlacedEnd {
    parallel::RemoteNode place;
    GlobalIndex node;
    Vector3 shift{};

    [[nodiscard]] bool shifted() const noexcept { return shift != Vector3{}; }
    /// Not one of this rank's nodes, or an image of one.
    [[nodiscard]] bool is_ghost(int rank) const noexcept { return place.rank != rank || shifted(); }
};

/// An edge with the places of its ends. An edge to an image is placed once for each end, which is at rest
/// there.
struct PlacedEdge {
    GlobalIndex id;
    PlacedEnd first;
    PlacedEnd second;
};

/// Edges that touch a node of this rank, in no particular order; attributes [edges, columns].
struct PlacedEdges {
    std::vector<PlacedEdge> edges;
    std::vector<double> attributes;
};

/// Sends every edge to the owners of its ends, twice to the same one when it joins images. *Collective.*
PlacedEdges send_to_owners(const parallel::Communicator& comm, const GraphPart& part,
                           const NodeDirectory& directory);

/// The ghosts that `edges` need, each once, by (owner, global id, shift).
std::vector<PlacedEnd> find_ghosts(std::span<const PlacedEdge> edges, int rank);

/// Edges in local indices and in the order of DistributedGraph: position[e] is the place of edge e in
/// `placed`.
struct OrderedEdges {
    std::vector<Edge> edges;
    std::vector<std::size_t> position;
    LocalIndex interior = 0;
};
OrderedEdges order_edges(std::span<const PlacedEdge> placed, std::span<const PlacedEnd> ghosts, int rank,
                         LocalIndex owned);

}  // namespace rfhgn::graph
