#pragma once
/// Edges on their way to the ranks that own their ends, and their order there.

#include <span>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"

#include "node_directory.hpp"

namespace rfhgn::graph {

/// An edge with the places of its ends.
struct PlacedEdge {
    GlobalEdge nodes;
    GlobalIndex id;
    parallel::RemoteNode first;
    parallel::RemoteNode second;
};

/// Edges that touch a node of this rank, in no particular order; attributes [edges, columns].
struct PlacedEdges {
    std::vector<PlacedEdge> edges;
    std::vector<double> attributes;
};

/// Sends every edge to the owners of its ends. *Collective.*
PlacedEdges send_to_owners(const parallel::Communicator& comm, const GraphPart& part,
                           const NodeDirectory& directory);

/// A node of another rank.
struct Ghost {
    parallel::RemoteNode place;
    GlobalIndex id;
};

/// The ghosts that `edges` need, each once, by (owner, global id).
std::vector<Ghost> find_ghosts(std::span<const PlacedEdge> edges, int rank);

/// Edges in local indices and in the order of DistributedGraph: position[e] is the place of edge e in
/// `placed`.
struct OrderedEdges {
    std::vector<Edge> edges;
    std::vector<std::size_t> position;
    LocalIndex interior = 0;
};
OrderedEdges order_edges(std::span<const PlacedEdge> placed, std::span<const Ghost> ghosts, int rank,
                         LocalIndex owned);

}  // namespace rfhgn::graph
