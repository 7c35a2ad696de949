#include "snapshot_predictions.hpp"

#include <algorithm>

#include "rfhgn/data/partition.hpp"
#include "rfhgn/graph/evaluation.hpp"

#include "whole_snapshots.hpp"

namespace rfhgn::training {

struct Predictions::Evaluated {
    std::vector<double> force;                // [owned + ghosts, d]
    std::vector<double> energy;               // [owned + ghosts]; empty where it cannot be told
    std::vector<potential::Virial> virial{};  // [owned + ghosts]; empty where nobody knows one
};

void SnapshotPrediction::add(const SnapshotPrediction& part) {
    atoms += part.atoms;
    energy += part.energy;
    force.add(part.force);
    for (std::size_t c = 0; c < virial.size(); ++c) virial[c] += part.virial[c];
}

bool is_component(int component, int dimension) {
    constexpr int last_axis[] = {1, 2, 3, 2, 3, 3};  // of xx, yy, zz, xy, xz, yz
    return last_axis[component] <= dimension;
}

namespace {

bool is_periodic(const graph::Box& box, int dimension) {
    return std::all_of(box.periodic.begin(), box.periodic.begin() + dimension,
                       [](bool axis) { return axis; });
}

// T of the atoms [first, end).
double kinetic_energy(const potential::ForceField& field, const data::TrainingSet& set, LocalIndex first,
                      LocalIndex end) {
    const auto all = data::atoms_of(set, set.position, set.momentum);
    const auto begin = static_cast<std::size_t>(first);
    const auto count = static_cast<std::size_t>(end - first);
    const auto d = static_cast<std::size_t>(all.dimension);
    double energy = 0;
    potential::Exchange none;
    field.compute({.dimension = all.dimension,
                   .owned = end - first,
                   .mass = all.mass.subspan(begin, count),
                   .species = all.species.subspan(begin, count),
                   .id = all.id.subspan(begin, count),
                   .momentum = all.momentum.subspan(begin * d, count * d)},
                  {}, none, {.kinetic = &energy});
    return energy;
}

}  // namespace

std::vector<SpeciesErrors> Predictions::by_species() const {
    std::vector<SpeciesErrors> found;
    for (const auto& [species, sums] : by_species_) found.push_back({species, sums});
    return found;
}

Predictions::Evaluated Predictions::evaluate(const data::TrainingSet& set) const {
    const auto particles = static_cast<std::size_t>(set.graph.owned + set.graph.ghosts);
    const bool separable = field_.needs().separable;
    const bool virials = separable && std::ranges::any_of(set.virial, &data::is_known);
    Evaluated found{std::vector<double>(set.position.size(), 0.0),
                    std::vector<double>(separable ? particles : 0, 0.0),
                    std::vector<potential::Virial>(virials ? particles : 0)};
    WholeSnapshots whole(set.graph);
    field_.compute(
        data::atoms_of(set, set.position, separable ? std::span<const double>() : std::span(set.momentum)),
        graph::neighbours(set.graph), whole,
        {.force = found.force, .energy_per_atom = found.energy, .virial_per_atom = found.virial});
    return found;
}

void Predictions::add(const data::TrainingSet& set) {
    const auto found = evaluate(set);
    for (LocalIndex first = 0; first < set.graph.owned;) {
        const LocalIndex end = set.snapshot_end(first);
        if (set.role(first) == role_) add_snapshot(set, found, first, end);
        first = end;
    }
}

void Predictions::add_snapshot(const data::TrainingSet& set, const Evaluated& found, LocalIndex first,
                               LocalIndex end) {
    const auto s = static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(first)]);
    const bool box = !set.box.empty() && is_periodic(set.box[s], set.graph.dimension);
    SnapshotPrediction of{
        .snapshot = set.snapshot_number(first),
        .group = set.group.empty() ? 0 : set.group[s],
        .atoms = end - first,
        .volume = box ? graph::volume(set.box[s]) : 0.0,
        .energy = found.energy.empty() ? data::unknown : kinetic_energy(field_, set, first, end),
        .known_energy = set.energy[s],
        .virial = {},
        .known_virial = set.virial.empty() ? data::unknown_virial : set.virial[s],
        .force = {}};
    for (LocalIndex i = first; i < end; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (!found.energy.empty()) of.energy += found.energy[at];
        for (std::size_t c = 0; c < of.virial.size() && !found.virial.empty(); ++c)
            of.virial[c] += found.virial[at][c];
        add_force(set, found, i, of);
    }
    snapshots_.push_back(of);
}

void Predictions::add_force(const data::TrainingSet& set, const Evaluated& found, LocalIndex atom,
                            SnapshotPrediction& of) {
    const auto at = static_cast<std::size_t>(atom);
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    const int species = set.graph.species.empty() ? 0 : set.graph.species[at];
    const GlobalIndex id = set.graph.node_id[at];
    ErrorSums sums;
    for (std::size_t k = 0; k < d; ++k) {
        const double known = set.force[at * d + k];
        const double model = found.force[at * d + k];
        sums.add(model - known);
        if (id % stride_ == 0)
            forces_.push_back({ParityPoint::Of::force, species, static_cast<int>(k), of.snapshot, id,
                               of.group, known, model});
    }
    of.force.add(sums);
    by_species_[species].add(sums);
}

}  // namespace rfhgn::training
