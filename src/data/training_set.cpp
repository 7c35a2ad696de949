#include "rfhgn/data/training_set.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "lay_out.hpp"

namespace rfhgn::data {

using parallel::Range;

namespace {

// Fills in per-node facts that follow from the node's snapshot.
void mark_snapshots(TrainingSet& training, const SnapshotSet& set, const Split& split) {
    const auto owned = static_cast<std::size_t>(training.graph.owned);
    training.snapshot.resize(owned);
    training.held_out.resize(owned);
    training.part.resize(owned);
    training.parts = split.parts();
    training.energy_known.resize(owned);
    GlobalIndex held_out = 0;
    for (std::size_t s = 0; s < set.snapshot_count(); ++s) {
        const int part = split.part_of(set.group_of(s));
        const bool held = split.is_held_out_part(part);
        const bool known = std::isfinite(set.energy[s]);
        const GlobalIndex begin = std::max(set.node_offset[s], set.part.nodes.begin);
        const GlobalIndex end = std::min(set.node_offset[s + 1], set.part.nodes.end);
        for (GlobalIndex node = begin; node < end; ++node) {
            const auto i = static_cast<std::size_t>(node - set.part.nodes.begin);
            training.snapshot[i] = static_cast<LocalIndex>(s);
            training.held_out[i] = held ? 1 : 0;
            training.part[i] = part;
            training.energy_known[i] = known ? 1 : 0;
        }
        if (!set.part.nodes.contains(set.node_offset[s])) continue;  // counted where it begins
        held_out += held ? 1 : 0;
        if (known && !held) training.known_energy += set.energy[s];
    }
    training.held_out_snapshots = parallel::sum(training.comm, held_out);
}

std::vector<std::vector<Range>> owned_pieces(const parallel::Communicator& comm, const SnapshotSet& set,
                                             int leaves, GlobalIndex most_nodes) {
    std::vector<std::vector<Range>> pieces;
    if (leaves == no_leaves) return pieces;
    const auto mine = owned_leaves(comm, leaves);
    const auto& totals = set.totals;
    if (!whole_snapshots(totals.snapshots, leaves)) {
        RFHGN_ASSERT(set.part.nodes == owned_nodes(comm, totals.nodes, leaves));
        for (GlobalIndex leaf = mine.begin; leaf < mine.end; ++leaf)
            pieces.push_back({parallel::block_range(totals.nodes, leaves, leaf)});
        return pieces;
    }
    const auto snapshots = owned_snapshots(comm, totals.snapshots, leaves);
    RFHGN_ASSERT(snapshots.size() == static_cast<GlobalIndex>(set.snapshot_count()));
    RFHGN_ASSERT(snapshots.size() == 0 || snapshots.begin == set.first_snapshot);
    for (GlobalIndex leaf = mine.begin; leaf < mine.end; ++leaf) {
        const auto range = parallel::block_range(totals.snapshots, leaves, leaf);
        const auto offsets = std::span(set.node_offset)
                                 .subspan(static_cast<std::size_t>(range.begin - snapshots.begin),
                                          static_cast<std::size_t>(range.size()) + 1);
        pieces.push_back(node_ranges(cut_into_pieces(offsets, most_nodes), offsets));
    }
    return pieces;
}

// Whoever has an end of it sees both. In boxes pairs of images are edges of their own.
void require_single_edges(const TrainingSet& set, const std::string& path) {
    const auto& graph = set.graph;
    std::vector<std::pair<LocalIndex, LocalIndex>> pairs;
    pairs.reserve(graph.edges.size());
    for (const auto& edge : graph.edges) pairs.emplace_back(std::minmax(edge.first, edge.second));
    std::ranges::sort(pairs);
    const auto twice = std::ranges::adjacent_find(pairs);
    if (twice == pairs.end()) return;
    const auto [a, b] = *twice;
    refuse_doubled_edge(path, set.snapshot_number(std::min(a, b)), graph.node_id[static_cast<std::size_t>(a)],
                        graph.node_id[static_cast<std::size_t>(b)]);
}

}  // namespace

void refuse_doubled_edge(const std::string& path, GlobalIndex snapshot, GlobalIndex row, GlobalIndex other) {
    throw InputError(
        fmt::format("{}snapshot {}: the bond of the particles in rows {} and {} of the data set is listed "
                    "twice",
                    path.empty() ? "" : fmt::format("{}: ", path), snapshot, row, other),
        "list each bond once, in one direction");
}

std::vector<Range> node_ranges(std::span<const Range> pieces, std::span<const GlobalIndex> node_offset) {
    std::vector<Range> nodes;
    for (const auto& piece : pieces)
        nodes.push_back({node_offset[static_cast<std::size_t>(piece.begin)],
                         node_offset[static_cast<std::size_t>(piece.end)]});
    return nodes;
}

TrainingSet lay_out(const parallel::Communicator& comm, SnapshotSet set, int leaves,
                    std::vector<std::vector<Range>> pieces, const Split& split) {
    if (set.velocity.empty()) add_known_velocities(set);
    TrainingSet training{.comm = comm,
                         .leaves = leaves,
                         .pieces = std::move(pieces),
                         .graph = graph::distribute(comm, set.part, graph::keep_owners(comm, set.part)),
                         .position = std::move(set.position),
                         .momentum = std::move(set.momentum),
                         .velocity = std::move(set.velocity),
                         .force = std::move(set.force),
                         .snapshot = {},
                         .held_out = {},
                         .part = {},
                         .energy_known = {},
                         .snapshots = set.totals.snapshots,
                         .first_snapshot = set.first_snapshot,
                         .units = set.totals.units,
                         .species_names = set.totals.species_names};
    const bool boxes = !set.box.empty();
    training.position.resize(training.graph.state_size());
    graph::update_positions(training.graph, training.position);
    mark_snapshots(training, set, split);
    parallel::together(comm, [&] {
        if (!boxes) require_single_edges(training, set.totals.path);
    });
    training.energy = std::move(set.energy);
    training.virial = std::move(set.virial);
    training.box = std::move(set.box);
    training.group = std::move(set.group);
    return training;
}

TrainingSet make_training_set(const parallel::Communicator& comm, SnapshotSet set, int leaves,
                              const Split& split, GlobalIndex most_nodes) {
    parallel::interruption_point(comm);
    auto pieces = owned_pieces(comm, set, leaves, most_nodes);
    return lay_out(comm, std::move(set), leaves, std::move(pieces), split);
}

LocalIndex TrainingSet::snapshot_begin(LocalIndex node) const {
    const auto at = snapshot.begin() + node;
    return static_cast<LocalIndex>(std::lower_bound(snapshot.begin(), at, *at) - snapshot.begin());
}

LocalIndex TrainingSet::snapshot_end(LocalIndex node) const {
    const auto at = snapshot.begin() + node;
    return static_cast<LocalIndex>(std::upper_bound(at, snapshot.end(), *at) - snapshot.begin());
}

double TrainingSet::kinetic_energy(LocalIndex first, LocalIndex end) const {
    const auto d = static_cast<std::size_t>(graph.dimension);
    double sum = 0;
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(end); ++i)
        for (std::size_t k = i * d; k < (i + 1) * d; ++k)
            sum += momentum[k] * momentum[k] / (2 * graph.mass[i]);
    return sum;
}

potential::Atoms atoms_of(const TrainingSet& set, std::span<const double> positions,
                          std::span<const double> momenta) {
    auto atoms = graph::atoms(set.graph, positions, momenta);
    if (set.graph.ghosts > 0) return atoms;
    atoms.systems = 0;
    for (const LocalIndex snapshot : set.snapshot) atoms.systems = std::max(atoms.systems, snapshot + 1);
    atoms.system_of = set.snapshot;
    return atoms;
}

}  // namespace rfhgn::data
