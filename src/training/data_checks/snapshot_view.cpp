#include "snapshot_view.hpp"

#include <algorithm>

#include "rfhgn/parallel/interruption.hpp"

namespace rfhgn::training {

namespace {

// Nodes that are read at once, in whole snapshots.
constexpr GlobalIndex nodes_at_once = 65536;

std::span<const graph::GlobalEdge> edges_of(const data::SnapshotSet& set, GlobalIndex begin,
                                            GlobalIndex end) {
    const auto& edges = set.part.edges;  // in the order of their snapshots
    const auto at = [&](GlobalIndex node) {
        return std::partition_point(edges.begin(), edges.end(),
                                    [&](const auto& edge) { return edge.first < node; });
    };
    return {at(begin), at(end)};
}

// The end of what begins at `begin` and is read at once; offsets are of the snapshots from `first` on.
GlobalIndex batch_end(std::span<const GlobalIndex> offsets, GlobalIndex first, GlobalIndex begin) {
    const auto offset = offsets.subspan(static_cast<std::size_t>(begin - first));
    const auto behind = std::upper_bound(offset.begin() + 1, offset.end(), offset[0] + nodes_at_once);
    return std::max(begin + 1, begin + (behind - offset.begin()) - 1);
}

}  // namespace

double SnapshotView::kinetic_energy() const {
    double sum = 0;
    for (std::size_t i = 0; i < momentum.size(); ++i)
        sum += momentum[i] * momentum[i] / (2 * mass[i / dimension]);
    return sum;
}

bool SnapshotView::same_particles(const SnapshotView& other) const {
    return std::ranges::equal(species, other.species) && std::ranges::equal(mass, other.mass);
}

SnapshotView view_of(const data::SnapshotSet& set, std::size_t s) {
    const auto d = static_cast<std::size_t>(set.part.dimension);
    const GlobalIndex begin = set.node_offset[s];
    const GlobalIndex end = set.node_offset[s + 1];
    const auto first = static_cast<std::size_t>(begin - set.part.nodes.begin);
    const auto atoms = static_cast<std::size_t>(end - begin);
    const auto of = [&](const std::vector<double>& values) {
        return values.empty() ? std::span<const double>() : std::span(values).subspan(first * d, atoms * d);
    };
    return {.number = set.first_snapshot + static_cast<GlobalIndex>(s),
            .dimension = d,
            .atoms = atoms,
            .first_node = begin,
            .position = of(set.position),
            .momentum = of(set.momentum),
            .velocity = of(set.velocity),
            .force = of(set.force),
            .mass = std::span(set.part.mass).subspan(first, atoms),
            .species = std::span(set.part.species).subspan(first, atoms),
            .edges = edges_of(set, begin, end),
            .energy = set.energy[s],
            .time = set.time[s],
            .trajectory = set.trajectory[s],
            .virial = set.virial.empty() ? data::unknown_virial : set.virial[s],
            .box = set.box.empty() ? nullptr : &set.box[s]};
}

void for_each_snapshot(
    const data::SnapshotSource& source, parallel::Range snapshots,
    const std::function<void(const SnapshotView& snapshot, const SnapshotView* before)>& show) {
    if (snapshots.size() == 0) return;
    const auto outline = source.outline(snapshots);
    data::SnapshotSet last;  // holds the snapshot before those at hand
    if (snapshots.begin > 0) last = source.read_snapshots({snapshots.begin - 1, snapshots.begin});
    for (GlobalIndex begin = snapshots.begin; begin < snapshots.end;) {
        parallel::interruption_point();
        const GlobalIndex end = batch_end(outline.node_offset, snapshots.begin, begin);
        auto set = source.read_snapshots({begin, end});
        auto before = last.snapshot_count() > 0 ? view_of(last, last.snapshot_count() - 1) : SnapshotView();
        for (std::size_t s = 0; s < set.snapshot_count(); ++s) {
            const auto snapshot = view_of(set, s);
            show(snapshot, before.atoms > 0 ? &before : nullptr);
            before = snapshot;
        }
        last = std::move(set);
        begin = end;
    }
}

}  // namespace rfhgn::training
