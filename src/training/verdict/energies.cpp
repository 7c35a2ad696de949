#include "energies.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rfhgn/graph/evaluation.hpp"

#include "whole_snapshots.hpp"

namespace rfhgn::training {

namespace {

// Of one snapshot; nodes [first, end).
struct Energies {
    LocalIndex first, end;
    double learned, known, kinetic;
};

std::vector<Energies> energies_of(const data::TrainingSet& set, const potential::ForceField& field) {
    std::vector<double> energy_of(set.graph.node_id.size(), 0.0);
    WholeSnapshots whole(set.graph);
    field.compute(data::atoms_of(set, set.position), graph::neighbours(set.graph), whole,
                  {.energy_per_atom = energy_of});
    std::vector<Energies> found;
    for (LocalIndex first = 0; first < set.graph.owned;) {
        const LocalIndex end = set.snapshot_end(first);
        const auto at = static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(first)]);
        double learned = 0;
        for (LocalIndex i = first; i < end; ++i) learned += energy_of[static_cast<std::size_t>(i)];
        if (std::isfinite(set.energy[at]))
            found.push_back({first, end, learned, set.energy[at], set.kinetic_energy(first, end)});
        first = end;
    }
    return found;
}

bool same_species(const data::TrainingSet& set, const Energies& a, const Energies& b) {
    const auto begin = set.graph.species.begin();
    return std::equal(begin + a.first, begin + a.end, begin + b.first, begin + b.end);
}

}  // namespace

EnergyRise energy_rise(const data::TrainingSet& set, const model::Model& model) {
    const auto field = model.force_field(set.graph.edge_attributes.names);
    if (!field->needs().separable) return {};
    const auto energies = energies_of(set, *field);
    std::vector<double> learned, known, total;
    for (std::size_t s = 1; s < energies.size(); ++s) {
        const auto& before = energies[s - 1];
        const auto& now = energies[s];
        if (!same_species(set, before, now)) continue;
        learned.push_back(now.learned - before.learned);
        total.push_back(now.known - before.known);
        known.push_back(total.back() - now.kinetic + before.kinetic);
    }
    return {slope_of(learned, known), slope_of(learned, total)};
}

void judge_energies(const EnergyRise& rise, Verdict& verdict) {
    const auto& [potential, total] = rise;
    if (potential.tells()) verdict.energy_ratio = potential.value;
    if (total.tells() && near_one(total.value) && !(potential.tells() && near_one(potential.value))) {
        verdict.cause = "energies";
        verdict.words = "energies are potential energies: kinetic ones are left out";
        verdict.advice = "write H, kinetic and potential energy together, or no momenta";
    } else if (potential.tells() && !near_one(potential.value)) {
        verdict.cause = "energies";
        verdict.words = fmt::format("energies are {} times what forces say", ratio_text(potential.value));
        verdict.advice = "correct the sign or the units of energies, or of forces and positions";
    }
}

}  // namespace rfhgn::training
