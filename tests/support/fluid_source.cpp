#include "fluid_source.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "rfhgn/base/random.hpp"

namespace rfhgn::tests {

using parallel::Range;

namespace {

constexpr double cutoff = Fluid::cutoff;

double pair_slope(int a, int b, double r) {
    const double depth = a == b ? (a == 0 ? 1.0 : 0.5) : 0.8;
    const double s6 = std::pow(r, -6);
    const double s = std::clamp((r - 1.36) / (cutoff - 1.36), 0.0, 1.0);
    const double value = 4 * depth * (s6 * s6 - s6);
    const double slope = 4 * depth * (-12 * s6 * s6 + 6 * s6) / r;
    const double fade = 1 - s * s * s * (10 - s * (15 - 6 * s));
    return slope * fade - value * 30 * s * s * (1 - s) * (1 - s) / (cutoff - 1.36);
}

void add_force(data::SnapshotSet& set, const graph::Box& box, std::size_t start, std::size_t i,
               std::size_t j) {
    const auto kind = [&](std::size_t n) { return set.part.species[start / 3 + n]; };
    for (int x = -2; x <= 2; ++x)
        for (int y = -2; y <= 2; ++y)
            for (int z = -2; z <= 2; ++z) {
                if (i == j && x == 0 && y == 0 && z == 0) continue;
                const auto shift = graph::displacement(box, {x, y, z});
                graph::Vector3 apart{};
                double squared = 0;
                for (std::size_t k = 0; k < 3; ++k) {
                    apart[k] = set.position[start + 3 * i + k] - set.position[start + 3 * j + k] - shift[k];
                    squared += apart[k] * apart[k];
                }
                const double r = std::sqrt(squared);
                if (r >= cutoff) continue;
                const double slope = pair_slope(kind(i), kind(j), r) / r;
                for (std::size_t k = 0; k < 3; ++k) set.force[start + 3 * i + k] -= slope * apart[k];
                // Every pair is met from both of its ends.
                auto& virial = set.virial.back();
                for (std::size_t k = 0; k < 3; ++k) virial[k] -= 0.5 * slope * apart[k] * apart[k];
                virial[3] -= 0.5 * slope * apart[0] * apart[1];
                virial[4] -= 0.5 * slope * apart[0] * apart[2];
                virial[5] -= 0.5 * slope * apart[1] * apart[2];
            }
}

}  // namespace

graph::Box Fluid::cell(GlobalIndex snapshot) {
    graph::Box box{.periodic = {true, true, true}};
    const double side = 2.2 + 0.02 * static_cast<double>(snapshot % 5);
    box.vectors = {graph::Vector3{side, 0, 0}, graph::Vector3{0.3, side, 0},
                   graph::Vector3{-0.2, 0.1, 1.5 * side}};
    return box;
}

Fluid::Fluid(GlobalIndex snapshots, int species) : species_(species) {
    totals_ = {3, snapshots * atoms, 0, snapshots, {}, "lj", true};
}

data::SnapshotSet Fluid::read(Range) const {
    throw std::logic_error("not needed");
}

data::SnapshotOutline Fluid::outline(Range snapshots) const {
    data::SnapshotOutline outline;
    for (GlobalIndex s = snapshots.begin; s <= snapshots.end; ++s) {
        outline.node_offset.push_back(s * atoms);
        outline.edge_offset.push_back(0);
        if (s < snapshots.end) outline.group.push_back(s);
    }
    return outline;
}
data::SnapshotSet Fluid::read_snapshots(Range snapshots) const {
    data::SnapshotSet set;
    set.totals = totals_;
    set.part.total_nodes = totals_.nodes;
    set.part.nodes = {snapshots.begin * atoms, snapshots.end * atoms};
    set.first_snapshot = snapshots.begin;
    set.node_offset.push_back(snapshots.begin * atoms);
    for (GlobalIndex s = snapshots.begin; s < snapshots.end; ++s) append(set, s);
    return set;
}

void Fluid::append(data::SnapshotSet& set, GlobalIndex s) const {
    const CounterRandom random(5, Stream::position);
    const auto box = cell(s);
    const auto start = set.position.size();
    for (GlobalIndex i = 0; i < atoms; ++i) {
        const graph::Vector3 place{(0.5 + static_cast<double>(i % 2)) / 2,
                                   (0.5 + static_cast<double>(i / 2 % 2)) / 2,
                                   (0.5 + static_cast<double>(i / 4)) / 3};
        const auto site = graph::cartesian(box, place);
        for (std::size_t k = 0; k < 3; ++k) {
            const auto key = static_cast<std::uint64_t>((s * atoms + i) * 3) + k;
            set.position.push_back(site[k] + random.uniform(-0.12, 0.12, key));
            set.momentum.push_back(0.1);
        }
        set.part.mass.push_back(1.0);
        set.part.species.push_back(species_ == 1 ? 0 : static_cast<int>(i % 2) * 2);
    }
    set.force.resize(set.position.size(), 0.0);
    set.virial.push_back({});
    for (std::size_t i = 0; i < atoms; ++i)
        for (std::size_t j = 0; j < atoms; ++j) add_force(set, box, start, i, j);
    set.node_offset.push_back((s + 1) * atoms);
    set.energy.push_back(std::numeric_limits<double>::quiet_NaN());
    set.time.push_back(0);
    set.trajectory.push_back(s);
    set.box.push_back(box);
}

}  // namespace rfhgn::tests
