#include "edge_placement.hpp"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/redistribute.hpp"

namespace rfhgn::graph {

namespace {

bool before(const PlacedEnd& a, const PlacedEnd& b) {
    return std::tie(a.place.rank, a.node, a.shift) < std::tie(b.place.rank, b.node, b.shift);
}

Vector3 shift_of(const GraphPart& part, std::size_t edge) {
    Vector3 shift{};
    if (part.edge_shift.empty()) return shift;
    const auto d = static_cast<std::size_t>(part.dimension);
    for (std::size_t k = 0; k < d; ++k) shift[k] = part.edge_shift[edge * d + k] + 0.0;  // no negative zeros
    return shift;
}

Vector3 opposite(Vector3 shift) {
    for (double& component : shift) component = 0.0 - component;
    return shift;
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
        const auto id = part.first_edge_id + static_cast<GlobalIndex>(e);
        const PlacedEnd first{directory.find(nodes.first), nodes.first};
        PlacedEnd second{directory.find(nodes.second), nodes.second, shift_of(part, e)};
        const auto send = [&](int rank, const PlacedEnd& a, const PlacedEnd& b) {
            const auto r = static_cast<std::size_t>(rank);
            edges[r].push_back({id, a, b});
            if (!has_attributes) return;
            const auto row = part.edge_attributes.row(e);
            attributes[r].insert(attributes[r].end(), row.begin(), row.end());
        };
        send(first.place.rank, first, second);
        if (!second.is_ghost(first.place.rank)) continue;
        const PlacedEnd image{first.place, first.node, opposite(second.shift)};
        second.shift = {};
        send(second.place.rank, image, second);
    }
    return {parallel::redistribute(comm, std::move(edges)),
            parallel::redistribute(comm, std::move(attributes))};
}

std::vector<PlacedEnd> find_ghosts(std::span<const PlacedEdge> edges, int rank) {
    std::vector<PlacedEnd> ghosts;
    for (const auto& edge : edges) {
        if (edge.first.is_ghost(rank)) ghosts.push_back(edge.first);
        if (edge.second.is_ghost(rank)) ghosts.push_back(edge.second);
    }
    std::sort(ghosts.begin(), ghosts.end(), before);
    const auto same = [](const PlacedEnd& a, const PlacedEnd& b) {
        return a.node == b.node && a.shift == b.shift;
    };
    ghosts.erase(std::unique(ghosts.begin(), ghosts.end(), same), ghosts.end());
    return ghosts;
}

OrderedEdges order_edges(std::span<const PlacedEdge> placed, std::span<const PlacedEnd> ghosts, int rank,
                         LocalIndex owned) {
    const auto local = [&](const PlacedEnd& end) {
        if (!end.is_ghost(rank)) return end.place.index;
        const auto found = std::lower_bound(ghosts.begin(), ghosts.end(), end, before);
        return owned + static_cast<LocalIndex>(found - ghosts.begin());
    };
    OrderedEdges result;
    std::vector<SortKey> keys;
    keys.reserve(placed.size());
    for (std::size_t e = 0; e < placed.size(); ++e) {
        const PlacedEdge& edge = placed[e];
        const bool cut = edge.first.is_ghost(rank) || edge.second.is_ghost(rank);
        const Edge ends{local(edge.first), local(edge.second)};
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
