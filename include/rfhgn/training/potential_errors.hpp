#pragma once
/// Errors of a potential in the units of the data, as potentials are compared in the literature.

#include <cstdint>
#include <map>
#include <vector>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::training {

/// Sums over errors, which add up.
struct ErrorSums {
    double squares = 0;
    double magnitudes = 0;
    double count = 0;

    void add(double error);
    void add(const ErrorSums& other);
    /// NaN of nothing.
    [[nodiscard]] double rmse() const;
    [[nodiscard]] double mae() const;
};

/// Of components of forces, of energies over numbers of atoms, and of components of stresses (virial over
/// volume), where they are known.
struct ErrorsByTarget {
    ErrorSums force;
    ErrorSums energy_per_atom;
    ErrorSums stress;

    void add(const ErrorsByTarget& other);
};

/// What the data say and what the field says.
struct ParityPoint {
    enum class Of : std::uint8_t { force, energy_per_atom, stress };
    Of of;
    int species;    ///< of a force; -1 of others
    int component;  ///< of a force, or of a stress in the order of data::Virial; 0 of an energy
    GlobalIndex snapshot;
    GlobalIndex atom;  ///< of a force, in the data set; -1 of others
    GlobalIndex group;
    double data;
    double model;
};

struct SnapshotError {
    GlobalIndex snapshot = -1;  ///< -1: of none
    GlobalIndex group = 0;
    double force_rmse = 0;
    double energy_error_per_atom = 0;  ///< NaN where it is not known
};

struct PotentialErrors {
    ErrorsByTarget all;
    std::map<GlobalIndex, ErrorsByTarget> by_group;  ///< by SnapshotSet::group; one group, 0, without it
    std::map<int, ErrorSums> force_by_species;
    SnapshotError worst_force;   ///< the snapshot with the largest force_rmse
    SnapshotError worst_energy;  ///< the one with the largest |energy_error_per_atom|
    /// Ordered by snapshot. All energies and stresses; forces of every so many atoms, so that there are at
    /// most most_parity_atoms.
    std::vector<ParityPoint> parity;
};

constexpr GlobalIndex most_parity_atoms = 10000;

/// On all snapshots of one role, wherever they are cut; on the root, empty on other ranks. Energies and
/// stresses are of separable force fields (Needs::separable), stresses of boxes that are periodic along all
/// axes. *Collective.*
PotentialErrors potential_errors(const data::TrainingData& data, const potential::ForceField& field,
                                 linalg::RowRole role);

}  // namespace rfhgn::training
