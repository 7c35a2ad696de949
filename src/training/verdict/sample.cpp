#include "sample.hpp"

#include <algorithm>

#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/data/partition.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "whole_snapshots.hpp"

namespace rfhgn::training {

namespace {

constexpr GlobalIndex nodes_wanted = 2000;
constexpr GlobalIndex most_nodes = 20000;
constexpr GlobalIndex fewest_snapshots = 5;
constexpr double held_out = 0.2;

template <class T>
void join(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Appends one snapshot, a group of its own.
void append(data::SnapshotSet& to, const data::SnapshotSet& one) {
    const auto number = static_cast<GlobalIndex>(to.snapshot_count());
    const GlobalIndex base = to.part.nodes.end;
    const GlobalIndex shift = base - one.part.nodes.begin;
    join(to.position, one.position);
    join(to.momentum, one.momentum);
    join(to.velocity, one.velocity);
    join(to.force, one.force);
    join(to.part.mass, one.part.mass);
    join(to.part.species, one.part.species);
    for (const auto& edge : one.part.edges)
        to.part.edges.push_back({edge.first + shift, edge.second + shift});
    join(to.part.edge_attributes.values, one.part.edge_attributes.values);
    join(to.energy, one.energy);
    join(to.time, one.time);
    join(to.virial, one.virial);
    join(to.box, one.box);
    to.trajectory.push_back(number);
    to.part.nodes.end = base + one.part.nodes.size();
    to.node_offset.push_back(to.part.nodes.end);
}

}  // namespace

DataSample::DataSample(const data::SnapshotSource& source) {
    const auto& totals = source.totals();
    const GlobalIndex each = std::max<GlobalIndex>(totals.nodes / totals.snapshots, 1);
    const GlobalIndex count =
        std::min(totals.snapshots, std::max(fewest_snapshots, (nodes_wanted + each - 1) / each));
    set_.node_offset = {0};
    if (count * each > most_nodes) return;
    set_.part.dimension = totals.dimension;
    for (GlobalIndex k = 0; k < count; ++k) {
        const GlobalIndex s = k * totals.snapshots / count;
        const auto one = source.read_snapshots({s, s + 1});
        set_.part.edge_attributes.names = one.part.edge_attributes.names;
        append(set_, one);
    }
    set_.totals = totals;
    set_.totals.snapshots = count;
    set_.totals.nodes = set_.part.total_nodes = set_.part.nodes.end;
    set_.totals.edges = static_cast<GlobalIndex>(set_.part.edges.size());
}

std::unique_ptr<data::TrainingData> DataSample::data(double cutoff, int columns) const {
    const auto self = parallel::Communicator::self();
    auto set = set_;
    if (set.totals.boxes) data::add_edges(self, set, cutoff);
    const int leaves = data::whole_leaf_count(set.totals, columns);
    return data::in_memory(data::make_training_set(self, std::move(set), leaves, held_out));
}

Residuals residuals_of(const data::TrainingSet& set, const model::Model& model) {
    std::vector<double> force(set.position.size(), 0.0);
    WholeSnapshots whole(set.graph);
    model.force_field(set.graph.edge_attributes.names)
        ->compute(data::atoms_of(set, set.position, set.momentum), graph::neighbours(set.graph), whole,
                  {.force = force});
    const auto owned = static_cast<std::size_t>(set.graph.owned);
    force.resize(set.graph.owned_size());
    for (std::size_t i = 0; i < force.size(); ++i) force[i] = set.force[i] - force[i];
    Residuals residuals{
        .force = std::move(force),
        .velocity = set.velocity,
        .position = {set.position.begin(),
                     set.position.begin() + static_cast<std::ptrdiff_t>(set.graph.owned_size())},
        .mass = {set.graph.mass.begin(), set.graph.mass.begin() + static_cast<std::ptrdiff_t>(owned)},
        .snapshot = set.snapshot,
        .dimension = set.graph.dimension};
    residuals.periodic = std::ranges::any_of(set.box, [](const auto& box) { return !box.open(); });
    return residuals;
}

}  // namespace rfhgn::training
