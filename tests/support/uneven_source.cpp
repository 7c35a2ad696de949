#include "uneven_source.hpp"

#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"

namespace rfhgn::tests {

namespace {

double noise(GlobalIndex node, int k) {
    return std::sin(12.9898 * static_cast<double>(node) + 78.233 * k);
}

// One chain: its nodes are first, first + 1, ...
void append(data::SnapshotSet& set, GlobalIndex first, GlobalIndex nodes) {
    const std::size_t at = set.position.size();
    for (GlobalIndex node = first; node < first + nodes; ++node) {
        const double x = static_cast<double>(node - first);
        set.position.insert(set.position.end(), {x + 0.2 * noise(node, 0), 0.2 * noise(node, 1)});
        for (int k = 2; k < 4; ++k) set.momentum.push_back(0.5 * noise(node, k));
        set.part.mass.push_back(1.0);
        set.part.species.push_back(0);
    }
    set.velocity = set.momentum;
    set.force.resize(set.position.size(), 0.0);
    for (std::size_t e = 0; e + 1 < static_cast<std::size_t>(nodes); ++e) {
        const double stiffness = e % 2 == 0 ? 1.0 : 2.0;
        const double* q = set.position.data() + at + 2 * e;
        double* f = set.force.data() + at + 2 * e;
        const double length = std::hypot(q[2] - q[0], q[3] - q[1]);
        for (std::size_t k = 0; k < 2; ++k) {
            const double pull = stiffness * (length - 1.0) * (q[k + 2] - q[k]) / length;
            f[k] += pull;
            f[k + 2] -= pull;
        }
        const auto left = first + static_cast<GlobalIndex>(e);
        set.part.edges.push_back({left, left + 1});
        set.part.edge_attributes.values.push_back(stiffness);
    }
}

}  // namespace

UnevenChains::UnevenChains(GlobalIndex snapshots) {
    outline_.node_offset = {0};
    outline_.edge_offset = {0};
    for (GlobalIndex s = 0; s < snapshots; ++s) {
        const GlobalIndex nodes = 3 + s * 5 % 7;
        outline_.node_offset.push_back(outline_.node_offset.back() + nodes);
        outline_.edge_offset.push_back(outline_.edge_offset.back() + nodes - 1);
        outline_.group.push_back(s / 2);
    }
    totals_ = {2,        outline_.node_offset.back(), outline_.edge_offset.back(), snapshots, {"stiffness"},
               "reduced"};
}

data::SnapshotSet UnevenChains::read(parallel::Range) const {
    throw RunError("chains are read by whole snapshots");
}

data::SnapshotSet UnevenChains::read_snapshots(parallel::Range snapshots) const {
    require(fails_from_ < 0 || reads_ < fails_from_, Advice{"run"}, "the disk is on fire");
    ++reads_;
    const auto at = outline(snapshots);
    data::SnapshotSet set;
    set.totals = totals_;
    set.part.dimension = 2;
    set.part.total_nodes = totals_.nodes;
    set.part.nodes = {at.node_offset.front(), at.node_offset.back()};
    set.part.first_edge_id = at.edge_offset.front();
    set.part.edge_attributes.names = totals_.edge_attribute_names;
    set.first_snapshot = snapshots.begin;
    set.node_offset = at.node_offset;
    set.trajectory = at.group;
    for (std::size_t s = 0; s < at.group.size(); ++s) {
        append(set, at.node_offset[s], at.node_offset[s + 1] - at.node_offset[s]);
        const auto snapshot = snapshots.begin + static_cast<GlobalIndex>(s);
        const double unknown = std::numeric_limits<double>::quiet_NaN();
        set.energy.push_back(snapshot % 3 == 0 ? unknown : noise(snapshot, 5));
        set.time.push_back(0.0);
    }
    return set;
}

data::SnapshotOutline UnevenChains::outline(parallel::Range snapshots) const {
    const auto part = [&](const std::vector<GlobalIndex>& values, GlobalIndex extra) {
        return std::vector(values.begin() + snapshots.begin, values.begin() + snapshots.end + extra);
    };
    return {part(outline_.node_offset, 1), part(outline_.edge_offset, 1), part(outline_.group, 0)};
}

}  // namespace rfhgn::tests
