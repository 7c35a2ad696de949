#include "node_directory.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/redistribute.hpp"

namespace rfhgn::graph {

namespace {

using parallel::RemoteNode;

/// Local indices that the owners gave to this rank's nodes, which they hold in order of global id: the nodes
/// that lower ranks list come first.
std::vector<RemoteNode> places(const parallel::Communicator& comm, std::span<const int> owner) {
    const auto ranks = static_cast<std::size_t>(comm.size());
    std::vector<std::vector<GlobalIndex>> count(ranks, std::vector<GlobalIndex>(1, 0));
    for (const int rank : owner) ++count[static_cast<std::size_t>(rank)][0];
    const auto arriving = parallel::all_to_all(comm, count);
    std::vector<std::vector<GlobalIndex>> first(ranks, std::vector<GlobalIndex>(1, 0));
    GlobalIndex before = 0;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        first[rank][0] = before;
        before += arriving[rank][0];
    }
    auto next = parallel::all_to_all(comm, first);
    std::vector<RemoteNode> result;
    result.reserve(owner.size());
    for (const int rank : owner) {
        result.push_back({rank, static_cast<LocalIndex>(next[static_cast<std::size_t>(rank)][0]++)});
    }
    return result;
}

bool is_shifted(const GraphPart& part, std::size_t edge) {
    if (part.edge_shift.empty()) return false;
    const auto d = static_cast<std::size_t>(part.dimension);
    const auto row = std::span(part.edge_shift).subspan(edge * d, d);
    return std::any_of(row.begin(), row.end(), [](double component) { return component != 0; });
}

/// Ends of edges that other ranks list, ascending, each once.
std::vector<GlobalIndex> ends_elsewhere(const GraphPart& part) {
    std::vector<GlobalIndex> ends;
    for (const auto& edge : part.edges) {
        if (!part.nodes.contains(edge.first)) ends.push_back(edge.first);
        if (!part.nodes.contains(edge.second)) ends.push_back(edge.second);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    return ends;
}

}  // namespace

void check_edges(const parallel::Communicator& comm, const GraphPart& part) {
    parallel::together(comm, [&] {
        require(std::all_of(part.edge_shift.begin(), part.edge_shift.end(),
                            [](double component) { return std::isfinite(component); }),
                Advice{"an edge to an image is shifted by whole cell vectors of the box"},
                "an edge is shifted by a number that is not finite");
        GlobalIndex id = part.first_edge_id;
        for (const auto& edge : part.edges) {
            const auto e = static_cast<std::size_t>(id - part.first_edge_id);
            require(edge.first != edge.second || is_shifted(part, e),
                    Advice{"remove the edge: an edge joins two different nodes, or a node and its image"},
                    "edge {} joins node {} with itself", id, edge.first);
            require(std::min(edge.first, edge.second) >= 0 &&
                        std::max(edge.first, edge.second) < part.total_nodes,
                    Advice{"node indices count from 0 over all snapshots"},
                    "edge {} joins nodes {} and {}, but the graph has {} nodes", id, edge.first, edge.second,
                    part.total_nodes);
            ++id;
        }
    });
}

Holders::Holders(const parallel::Communicator& comm, const GraphPart& part)
    : starts_(parallel::all_gather(comm, part.nodes.begin)) {}

int Holders::of(GlobalIndex node) const {
    // Empty ranges start where their successor starts, so the last start that is not above the node is the
    // holder's.
    return static_cast<int>(std::upper_bound(starts_.begin(), starts_.end(), node) - starts_.begin()) - 1;
}

NodeDirectory::NodeDirectory(const parallel::Communicator& comm, const GraphPart& part,
                             std::span<const int> owner)
    : held_(part.nodes), held_places_(places(comm, owner)), asked_(ends_elsewhere(part)) {
    const Holders holders(comm, part);
    std::vector<std::vector<GlobalIndex>> questions(static_cast<std::size_t>(comm.size()));
    for (const GlobalIndex node : asked_)
        questions[static_cast<std::size_t>(holders.of(node))].push_back(node);
    const auto asked_here = parallel::all_to_all(comm, questions);
    std::vector<std::vector<RemoteNode>> answers(asked_here.size());
    for (std::size_t rank = 0; rank < asked_here.size(); ++rank) {
        answers[rank].reserve(asked_here[rank].size());
        for (const GlobalIndex node : asked_here[rank]) answers[rank].push_back(find(node));
    }
    // Holders ascend with the ids, so the answers in order of rank match asked_.
    asked_places_ = parallel::redistribute(comm, std::move(answers));
}

RemoteNode NodeDirectory::find(GlobalIndex node) const {
    if (held_.contains(node)) return held_places_[static_cast<std::size_t>(node - held_.begin)];
    const auto found = std::lower_bound(asked_.begin(), asked_.end(), node);
    return asked_places_[static_cast<std::size_t>(found - asked_.begin())];
}

}  // namespace rfhgn::graph
