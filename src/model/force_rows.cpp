#include "rfhgn/model/force_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
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

void ForceRows::assemble(const NodeGroup& group, std::span<const double> positions, FeatureMatrix rows) {
    gather_inputs(group, positions);
    slopes_.resize(group.edges.size() * static_cast<std::size_t>(model_.message.width));
    message_slopes(model_, inputs_, {slopes_.data(), group.edges.size()});
    scatter(group, rows);
}

void ForceRows::add_energies(const NodeGroup& group, std::span<const double> positions,
                             std::span<const LocalIndex> row_of, FeatureMatrix rows,
                             std::span<double> edges) {
    const auto count = group.edges.size();
    const auto pairs = static_cast<std::size_t>(model_.species.pairs());
    gather_inputs(group, positions);
    slopes_.resize(count * static_cast<std::size_t>(model_.message.width));
    message_values(model_, inputs_, {slopes_.data(), count});
    const auto add_half = [&](double* sums, std::size_t e, double value) {
        for (const LocalIndex end : {group.edges[e].first, group.edges[e].second})
            if (end != NodeGroup::outside)
                sums[static_cast<std::size_t>(row_of[static_cast<std::size_t>(end)])] += 0.5 * value;
    };
    for (std::size_t m = 0; m < static_cast<std::size_t>(model_.message.width); ++m)
        for (std::size_t e = 0; e < count; ++e)
            add_half(rows.values + (m * pairs + static_cast<std::size_t>(inputs_.pair[e])) * rows.leading, e,
                     slopes_[m * count + e]);
    for (std::size_t e = 0; e < count; ++e)
        if (!model_.cutoff.beyond(inputs_.distance[e])) add_half(edges.data(), e, 1.0);
}

void ForceRows::add_virials(const NodeGroup& group, std::span<const double> positions,
                            std::span<const LocalIndex> row_of, FeatureMatrix rows) {
    constexpr std::array<std::array<std::size_t, 2>, 6> axes{
        {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
    const auto d = static_cast<std::size_t>(atoms_.dimension);
    const auto count = group.edges.size();
    const auto pairs = static_cast<std::size_t>(model_.species.pairs());
    gather_inputs(group, positions);
    slopes_.resize(count * static_cast<std::size_t>(model_.message.width));
    message_slopes(model_, inputs_, {slopes_.data(), count});
    for (std::size_t m = 0; m < static_cast<std::size_t>(model_.message.width); ++m)
        for (std::size_t e = 0; e < count; ++e) {
            double* const column =
                rows.values + (m * pairs + static_cast<std::size_t>(inputs_.pair[e])) * rows.leading;
            const double* const u = direction_.data() + e * d;
            const double half = -0.5 * slopes_[m * count + e] * inputs_.distance[e];
            for (const LocalIndex end : {group.edges[e].first, group.edges[e].second}) {
                if (end == NodeGroup::outside) continue;
                double* const sums = column + 6 * row_of[static_cast<std::size_t>(end)];
                for (std::size_t c = 0; c < axes.size(); ++c)
                    if (axes[c][1] < d) sums[c] += half * u[axes[c][0]] * u[axes[c][1]];
            }
        }
}

void ForceRows::gather_inputs(const NodeGroup& group, std::span<const double> positions) {
    const auto d = static_cast<std::size_t>(atoms_.dimension);
    const auto count = group.edges.size();
    const auto columns = neighbours_.columns();
    inputs_.distance.resize(count);
    inputs_.attributes.resize(columns * count);
    inputs_.first_mass.resize(count);
    inputs_.second_mass.resize(count);
    inputs_.pair.assign(count, 0);
    direction_.resize(count * d);
    for (std::size_t e = 0; e < count; ++e) {
        const auto edge = static_cast<std::size_t>(group.edges[e].edge);
        const auto first = static_cast<std::size_t>(neighbours_.edges[edge].first);
        const auto second = static_cast<std::size_t>(neighbours_.edges[edge].second);
        double squared = 0;
        for (std::size_t k = 0; k < d; ++k) {
            direction_[e * d + k] = positions[first * d + k] - positions[second * d + k];
            squared += direction_[e * d + k] * direction_[e * d + k];
        }
        const double distance = std::sqrt(squared);
        for (std::size_t k = 0; k < d; ++k) direction_[e * d + k] /= distance > 0 ? distance : 1.0;
        inputs_.distance[e] = distance;
        inputs_.first_mass[e] = atoms_.mass[first];
        inputs_.second_mass[e] = atoms_.mass[second];
        const auto row = neighbours_.row(edge);
        for (std::size_t c = 0; c < columns; ++c) inputs_.attributes[c * count + e] = row[c];
        if (!model_.species.single()) inputs_.pair[e] = species_pair(model_, atoms_, neighbours_, edge);
    }
}

// Rows of each end += or −= slope times unit vector, feature by feature, in the column of the edge's pair of
// species.
void ForceRows::scatter(const NodeGroup& group, FeatureMatrix rows) const {
    const auto d = static_cast<std::size_t>(atoms_.dimension);
    const auto count = group.edges.size();
    const auto pairs = static_cast<std::size_t>(model_.species.pairs());
    for (std::size_t c = 0; c < static_cast<std::size_t>(model_.message_columns()); ++c)
        std::fill_n(rows.values + c * rows.leading, group.nodes.size() * d, 0.0);
    for (std::size_t m = 0; m < static_cast<std::size_t>(model_.message.width); ++m) {
        double* const of_feature = rows.values + m * pairs * rows.leading;
        const double* const slope = slopes_.data() + m * count;
        for (std::size_t e = 0; e < count; ++e) {
            const auto& ends = group.edges[e];
            double* const column = of_feature + static_cast<std::size_t>(inputs_.pair[e]) * rows.leading;
            for (std::size_t k = 0; k < d; ++k) {
                const double value = slope[e] * direction_[e * d + k];
                if (ends.first != NodeGroup::outside)
                    column[static_cast<std::size_t>(ends.first) * d + k] += value;
                if (ends.second != NodeGroup::outside)
                    column[static_cast<std::size_t>(ends.second) * d + k] -= value;
            }
        }
    }
}

}  // namespace rfhgn::model
