#include "rfhgn/training/potential_errors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "snapshot_predictions.hpp"

namespace rfhgn::training {

namespace {

// Of parts that ranks hold of one snapshot, in order, one.
std::vector<SnapshotPrediction> joined(std::vector<SnapshotPrediction> parts) {
    std::stable_sort(parts.begin(), parts.end(),
                     [](const auto& a, const auto& b) { return a.snapshot < b.snapshot; });
    std::vector<SnapshotPrediction> whole;
    for (const auto& part : parts) {
        if (whole.empty() || whole.back().snapshot != part.snapshot)
            whole.push_back(part);
        else
            whole.back().add(part);
    }
    return whole;
}

ParityPoint point(const SnapshotPrediction& of, ParityPoint::Of what, int component, double data,
                  double model) {
    return {what, -1, component, of.snapshot, -1, of.group, data, model};
}

void note_worst(const SnapshotPrediction& of, PotentialErrors& errors) {
    const double count = static_cast<double>(of.atoms);
    const SnapshotError now{of.snapshot, of.group, of.force.rmse(), (of.energy - of.known_energy) / count};
    if (errors.worst_force.snapshot < 0 || now.force_rmse > errors.worst_force.force_rmse)
        errors.worst_force = now;
    const double error = std::fabs(now.energy_error_per_atom);
    if (error >= 0 &&
        (errors.worst_energy.snapshot < 0 || error > std::fabs(errors.worst_energy.energy_error_per_atom)))
        errors.worst_energy = now;
}

void add(const SnapshotPrediction& of, int dimension, PotentialErrors& errors) {
    ErrorsByTarget found;
    found.force = of.force;
    const double count = static_cast<double>(of.atoms);
    if (!std::isnan(of.energy - of.known_energy)) {
        found.energy_per_atom.add((of.energy - of.known_energy) / count);
        errors.parity.push_back(
            point(of, ParityPoint::Of::energy_per_atom, 0, of.known_energy / count, of.energy / count));
    }
    if (of.volume > 0 && data::is_known(of.known_virial))
        for (int c = 0; c < static_cast<int>(of.virial.size()); ++c) {
            if (!is_component(c, dimension)) continue;
            const auto at = static_cast<std::size_t>(c);
            const double known = -of.known_virial[at] / of.volume;
            const double predicted = -of.virial[at] / of.volume;
            found.stress.add(predicted - known);
            errors.parity.push_back(point(of, ParityPoint::Of::stress, c, known, predicted));
        }
    errors.all.add(found);
    errors.by_group[of.group].add(found);
    note_worst(of, errors);
}

}  // namespace

void ErrorSums::add(double error) {
    squares += error * error;
    magnitudes += std::fabs(error);
    count += 1;
}

void ErrorSums::add(const ErrorSums& other) {
    squares += other.squares;
    magnitudes += other.magnitudes;
    count += other.count;
}

double ErrorSums::rmse() const {
    return count > 0 ? std::sqrt(squares / count) : std::numeric_limits<double>::quiet_NaN();
}

double ErrorSums::mae() const {
    return count > 0 ? magnitudes / count : std::numeric_limits<double>::quiet_NaN();
}

void ErrorsByTarget::add(const ErrorsByTarget& other) {
    force.add(other.force);
    energy_per_atom.add(other.energy_per_atom);
    stress.add(other.stress);
}

PotentialErrors potential_errors(const data::TrainingData& data, const potential::ForceField& field,
                                 linalg::RowRole role) {
    const auto& comm = data.comm();
    const auto& facts = data.facts();
    Predictions found(field, role, (facts.nodes + most_parity_atoms - 1) / most_parity_atoms);
    parallel::together_at_length(comm,
                                 [&] { data.visit([&](const data::TrainingSet& set) { found.add(set); }); });
    PotentialErrors errors;
    errors.parity = parallel::gather(comm, std::span<const ParityPoint>(found.forces()));
    for (const auto& of :
         joined(parallel::gather(comm, std::span<const SnapshotPrediction>(found.snapshots()))))
        add(of, facts.dimension, errors);
    const auto by_species = found.by_species();
    for (const auto& [species, sums] : parallel::gather(comm, std::span<const SpeciesErrors>(by_species)))
        errors.force_by_species[species].add(sums);
    std::stable_sort(errors.parity.begin(), errors.parity.end(),
                     [](const auto& a, const auto& b) { return a.snapshot < b.snapshot; });
    return errors;
}

}  // namespace rfhgn::training
