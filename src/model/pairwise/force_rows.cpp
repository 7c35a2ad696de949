#include "rfhgn/model/pairwise/force_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

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
