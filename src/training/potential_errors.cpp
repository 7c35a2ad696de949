#include "rfhgn/training/potential_errors.hpp"

#include <array>
#include <cmath>

#include "rfhgn/data/partition.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "whole_snapshots.hpp"

namespace rfhgn::training {

namespace {

// Squares and magnitudes of errors, and how many there are, of forces and of energies.
struct Sums {
    std::array<double, 6> values{};

    void add(std::size_t of, double error) {
        values[of] += error * error;
        values[of + 1] += std::fabs(error);
        values[of + 2] += 1;
    }
};

constexpr std::size_t forces = 0;
constexpr std::size_t energies = 3;

// The error of the energy of the atoms [first, end), which are a snapshot, over their number.
double energy_error(const data::TrainingSet& set, std::span<const double> energy_of, LocalIndex first,
                    LocalIndex end) {
    double energy = set.kinetic_energy(first, end);
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(end); ++i)
        energy += energy_of[i];
    const auto snapshot = static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(first)]);
    return (energy - set.energy[snapshot]) / static_cast<double>(end - first);
}

void add_errors(const data::TrainingSet& set, const potential::ForceField& field, linalg::RowRole role,
                Sums& sums) {
    std::vector<double> force(set.position.size(), 0.0);
    std::vector<double> energy_of(static_cast<std::size_t>(set.graph.owned + set.graph.ghosts), 0.0);
    WholeSnapshots whole(set.graph);
    field.compute(data::atoms_of(set, set.position), graph::neighbours(set.graph), whole,
                  {.force = force, .energy_per_atom = energy_of});
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    for (LocalIndex first = 0; first < set.graph.owned;) {
        const auto begin = static_cast<std::size_t>(first);
        const LocalIndex end = set.snapshot_end(first);
        if (set.role(first) == role) {
            for (std::size_t k = begin * d; k < static_cast<std::size_t>(end) * d; ++k)
                sums.add(forces, force[k] - set.force[k]);
            if (set.energy_known[begin]) sums.add(energies, energy_error(set, energy_of, first, end));
        }
        first = end;
    }
}

}  // namespace

PotentialErrors potential_errors(const data::TrainingData& data, const potential::ForceField& field,
                                 linalg::RowRole role) {
    Sums sums;
    parallel::together_at_length(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) { add_errors(set, field, role, sums); });
    });
    parallel::sum(data.comm(), std::span<double>(sums.values));
    const auto& [f2, f1, f, e2, e1, e] = sums.values;
    PotentialErrors errors;
    if (f > 0) errors = {.force_rmse = std::sqrt(f2 / f), .force_mae = f1 / f};
    errors.energies = static_cast<GlobalIndex>(e);
    if (e > 0) {
        errors.energy_rmse_per_atom = std::sqrt(e2 / e);
        errors.energy_mae_per_atom = e1 / e;
    }
    return errors;
}

}  // namespace rfhgn::training
