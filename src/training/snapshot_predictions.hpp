#pragma once
/// What a force field says of snapshots, beside what is known of them.

#include <map>
#include <vector>

#include "rfhgn/training/potential_errors.hpp"

namespace rfhgn::training {

/// Of this process's part of a snapshot; parts add up.
struct SnapshotPrediction {
    GlobalIndex snapshot;  ///< numbered over the whole data set
    GlobalIndex group;
    GlobalIndex atoms;
    double volume;  ///< 0: of no periodic box
    double energy;  ///< NaN where it cannot be told
    double known_energy;
    data::Virial virial;
    data::Virial known_virial;
    ErrorSums force;

    /// Of another part of the same snapshot.
    void add(const SnapshotPrediction& part);
};

struct SpeciesErrors {
    int species;
    ErrorSums force;
};

/// Whether a component of data::Virial is one in so many dimensions.
bool is_component(int component, int dimension);

/// Collects what is said of training sets, one after the other. Local.
class Predictions {
  public:
    /// Of snapshots of one role; of forces every `stride`-th atom is kept.
    Predictions(const potential::ForceField& field, linalg::RowRole role, GlobalIndex stride)
        : field_(field), role_(role), stride_(stride) {}

    void add(const data::TrainingSet& set);

    [[nodiscard]] const std::vector<SnapshotPrediction>& snapshots() const noexcept { return snapshots_; }
    [[nodiscard]] const std::vector<ParityPoint>& forces() const noexcept { return forces_; }
    [[nodiscard]] std::vector<SpeciesErrors> by_species() const;

  private:
    struct Evaluated;
    [[nodiscard]] Evaluated evaluate(const data::TrainingSet& set) const;
    void add_snapshot(const data::TrainingSet& set, const Evaluated& found, LocalIndex first, LocalIndex end);
    void add_force(const data::TrainingSet& set, const Evaluated& found, LocalIndex atom,
                   SnapshotPrediction& of);

    const potential::ForceField& field_;
    linalg::RowRole role_;
    GlobalIndex stride_;
    std::vector<SnapshotPrediction> snapshots_;
    std::vector<ParityPoint> forces_;
    std::map<int, ErrorSums> by_species_;
};

}  // namespace rfhgn::training
