#include "edge_placement.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::graph {

namespace {

bool before(const Ghost& a, const Ghost& b) {
    return std::tie(a.place.rank, a.id) < std::tie(b.place.rank, b.id);
}

/// Sorts like (cut, first, second, id): local indices have 31 bits, which leaves one for `cut` above two of
/// them.
struct SortKey {
    std::uint64_t ends;
    GlobalIndex id;
    std::size_t position;
    friend bool operator<(const SortKey& a, const SortKey& b) {
        return std::tie(a.ends, a.id) < std::tie(b.ends, b.id);
    }
};
constexpr std::uint64_t cut_bit = std::uint64_t{1} << 63;

std::uint64_t pack(Edge edge, bool cut) {
    return (cut ? cut_bit : 0) | (static_cast<std::uint64_t>(edge.first) << 31) |
           static_cast<std::uint64_t>(edge.second);
}

Edge unpack(std::uint64_t ends) {
    constexpr std::uint64_t index_bits = (std::uint64_t{1} << 31) - 1;
    return {static_cast<LocalIndex>((ends >> 31) & index_bits), static_cast<LocalIndex>(ends & index_bits)};
}

}  // namespace

PlacedEdges send_to_owners(const parallel::Communicator& comm, const GraphPart& part,
                           const NodeDirectory& directory) {
    std::vector<std::vector<PlacedEdge>> edges(static_cast<std::size_t>(comm.size()));
    std::vector<std::vector<double>> attributes(edges.size());
    edges[static_cast<std::size_t>(comm.rank())].reserve(part.edges.size());
    const bool has_attributes = part.edge_attributes.columns() > 0;
    for (std::size_t e = 0; e < part.edges.size(); ++e) {
        const GlobalEdge nodes = part.edges[e];
        const PlacedEdge placed{nodes, part.first_edge_id + static_cast<GlobalIndex>(e),
                                directory.find(nodes.first), directory.find(nodes.second)};
        const auto send = [&](int rank) {
            const auto r = static_cast<std::size_t>(rank);
            edges[r].push_back(placed);
            if (!has_attributes) return;
            const auto row = part.edge_attributes.row(e);
            attributes[r].insert(attributes[r].end(), row.begin(), row.end());
        };
        send(placed.first.rank);
        if (placed.second.rank != placed.first.rank) send(placed.second.rank);
    }
    return {flatten(parallel::all_to_all(comm, edges)), flatten(parallel::all_to_all(comm, attributes))};
}

std::vector<Ghost> find_ghosts(std::span<const PlacedEdge> edges, int rank) {
    std::vector<Ghost> ghosts;
    for (const auto& edge : edges) {
        if (edge.first.rank != rank) ghosts.push_back({edge.first, edge.nodes.first});
        if (edge.second.rank != rank) ghosts.push_back({edge.second, edge.nodes.second});
    }
    std::sort(ghosts.begin(), ghosts.end(), before);
    const auto same = [](const Ghost& a, const Ghost& b) { return a.id == b.id; };
    ghosts.erase(std::unique(ghosts.begin(), ghosts.end(), same), ghosts.end());
    return ghosts;
}

OrderedEdges order_edges(std::span<const PlacedEdge> placed, std::span<const Ghost> ghosts, int rank,
                         LocalIndex owned) {
    const auto local = [&](parallel::RemoteNode place, GlobalIndex id) {
        if (place.rank == rank) return place.index;
        const auto found = std::lower_bound(ghosts.begin(), ghosts.end(), Ghost{place, id}, before);
        return owned + static_cast<LocalIndex>(found - ghosts.begin());
    };
    OrderedEdges result;
    std::vector<SortKey> keys;
    keys.reserve(placed.size());
    for (std::size_t e = 0; e < placed.size(); ++e) {
        const PlacedEdge& edge = placed[e];
        const bool cut = edge.first.rank != edge.second.rank;
        const Edge ends{local(edge.first, edge.nodes.first), local(edge.second, edge.nodes.second)};
        keys.push_back({pack(ends, cut), edge.id, e});
        if (!cut) ++result.interior;
    }
    if (!std::is_sorted(keys.begin(), keys.end())) std::sort(keys.begin(), keys.end());
    result.edges.reserve(keys.size());
    result.position.reserve(keys.size());
    for (const auto& key : keys) {
        result.edges.push_back(unpack(key.ends));
        result.position.push_back(key.position);
    }
    return result;
}

}  // namespace rfhgn::graph
