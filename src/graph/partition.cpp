#include <algorithm>
#include <limits>
#include <tuple>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/graph_partitioner.hpp"
#include "rfhgn/parallel/redistribute.hpp"

#include "node_directory.hpp"

namespace rfhgn::graph {

namespace {

/// Both directions of every edge on the rank whose block holds the first end, each pair once, ascending.
std::vector<GlobalEdge> edges_by_block(const parallel::Communicator& comm, const GraphPart& part) {
    std::vector<std::vector<GlobalEdge>> outgoing(static_cast<std::size_t>(comm.size()));
    const auto block = [&](GlobalIndex node) {
        return static_cast<std::size_t>(parallel::block_owner(part.total_nodes, comm.size(), node));
    };
    for (const auto& edge : part.edges) {
        if (edge.first == edge.second) continue;  // a node and its image are never cut apart
        outgoing[block(edge.first)].push_back(edge);
        outgoing[block(edge.second)].push_back({edge.second, edge.first});
    }
    auto edges = parallel::redistribute(comm, std::move(outgoing));
    std::sort(edges.begin(), edges.end(), [](const GlobalEdge& a, const GlobalEdge& b) {
        return std::tie(a.first, a.second) < std::tie(b.first, b.second);
    });
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
}

/// Moves the owners of this rank's block of nodes to the ranks that list those nodes.
std::vector<int> to_holders(const parallel::Communicator& comm, const GraphPart& part, parallel::Range block,
                            const std::vector<int>& owner) {
    const Holders holders(comm, part);
    std::vector<std::vector<int>> outgoing(static_cast<std::size_t>(comm.size()));
    for (GlobalIndex node = block.begin; node < block.end; ++node) {
        outgoing[static_cast<std::size_t>(holders.of(node))].push_back(
            owner[static_cast<std::size_t>(node - block.begin)]);
    }
    return parallel::redistribute(comm, std::move(outgoing));
}

}  // namespace

std::vector<int> partition(const parallel::Communicator& comm, const GraphPart& part) {
    check_edges(comm, part);
    const auto block = parallel::block_range(part.total_nodes, comm.size(), comm.rank());
    const auto edges = edges_by_block(comm, part);
    parallel::together(comm, [&] {
        require(edges.size() <= static_cast<std::size_t>(std::numeric_limits<LocalIndex>::max()),
                Advice{"run on more ranks"},
                "rank {} would hold {} neighbours, more than 32-bit indices number", comm.rank(),
                edges.size());
    });
    std::vector<LocalIndex> offsets(static_cast<std::size_t>(block.size()) + 1, 0);
    std::vector<GlobalIndex> neighbours;
    neighbours.reserve(edges.size());
    for (const auto& edge : edges) {
        ++offsets[static_cast<std::size_t>(edge.first - block.begin) + 1];
        neighbours.push_back(edge.second);
    }
    for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
    return to_holders(comm, part, block,
                      parallel::partition_graph(comm, part.total_nodes, offsets, neighbours));
}

std::vector<int> keep_owners(const parallel::Communicator& comm, const GraphPart& part) {
    return std::vector<int>(static_cast<std::size_t>(part.nodes.size()), comm.rank());
}

}  // namespace rfhgn::graph
