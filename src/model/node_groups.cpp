#include "rfhgn/model/node_groups.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

NodeGrouper::NodeGrouper(const potential::Atoms& atoms, const potential::Neighbours& neighbours)
    : atoms_(atoms),
      neighbours_(neighbours),
      offset_(static_cast<std::size_t>(atoms.owned) + 1, 0),
      place_(static_cast<std::size_t>(atoms.size()), NodeGroup::outside) {
    RFHGN_ASSERT(neighbours.full);
    const auto each_end = [&](auto&& visit) {
        for (LocalIndex e = 0; e < neighbours.size(); ++e) {
            const auto& ends = neighbours.edges[static_cast<std::size_t>(e)];
            if (ends.first < atoms.owned) visit(ends.first, e);
            if (ends.second < atoms.owned) visit(ends.second, e);
        }
    };
    each_end([&](LocalIndex node, LocalIndex) { ++offset_[static_cast<std::size_t>(node) + 1]; });
    for (std::size_t n = 1; n < offset_.size(); ++n) offset_[n] += offset_[n - 1];
    edge_.resize(static_cast<std::size_t>(offset_.back()));
    std::vector<LocalIndex> next(offset_.begin(), offset_.end() - 1);
    each_end([&](LocalIndex node, LocalIndex e) {
        edge_[static_cast<std::size_t>(next[static_cast<std::size_t>(node)]++)] = e;
    });
}

NodeGroup NodeGrouper::group(std::vector<LocalIndex> nodes) {
    NodeGroup group{std::move(nodes), {}};
    for (std::size_t n = 0; n < group.nodes.size(); ++n)
        place_[static_cast<std::size_t>(group.nodes[n])] = static_cast<LocalIndex>(n);
    for (const LocalIndex node : group.nodes) {
        const auto begin = edge_.begin() + offset_[static_cast<std::size_t>(node)];
        const auto end = edge_.begin() + offset_[static_cast<std::size_t>(node) + 1];
        for (auto e = begin; e != end; ++e) {
            const auto& ends = neighbours_.edges[static_cast<std::size_t>(*e)];
            const LocalIndex first = place_[static_cast<std::size_t>(ends.first)];
            const LocalIndex second = place_[static_cast<std::size_t>(ends.second)];
            // An edge with both ends in the group is met twice and listed at its first end.
            if (node == ends.second && first != NodeGroup::outside) continue;
            group.edges.push_back({*e, first, second});
        }
    }
    for (const LocalIndex node : group.nodes) place_[static_cast<std::size_t>(node)] = NodeGroup::outside;
    // Edges of a cutoff graph have no ids, and are in order as they are.
    if (neighbours_.edge_id.empty()) return group;
    // An edge to an image is there twice, once for each of its ends.
    const auto key = [&](const NodeGroup::TouchingEdge& edge) {
        return std::pair(neighbours_.edge_id[static_cast<std::size_t>(edge.edge)],
                         edge.first == NodeGroup::outside);
    };
    std::sort(group.edges.begin(), group.edges.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
    return group;
}

std::vector<NodeGroup> node_groups(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                                   LocalIndex most) {
    NodeGrouper grouper(atoms, neighbours);
    std::vector<NodeGroup> groups;
    for (LocalIndex begin = 0; begin < atoms.owned; begin += most) {
        std::vector<LocalIndex> nodes(static_cast<std::size_t>(std::min(most, atoms.owned - begin)));
        std::iota(nodes.begin(), nodes.end(), begin);
        groups.push_back(grouper.group(std::move(nodes)));
    }
    return groups;
}

}  // namespace rfhgn::model
