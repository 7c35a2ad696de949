#pragma once

#include "rfhgn/data/snapshots.hpp"

namespace rfhgn::tests {

/// Snapshots of twelve atoms of one or two species (0, 2) in small periodic boxes that differ, made up on
/// demand; forces and virials summed over all images by brute force, energies of pairs unknown.
class Fluid final : public data::SnapshotSource {
  public:
    static constexpr double cutoff = 1.7;
    static constexpr GlobalIndex atoms = 12;
    static graph::Box cell(GlobalIndex snapshot);

    Fluid(GlobalIndex snapshots, int species);
    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override;
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range snapshots) const override;
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range snapshots) const override;

  private:
    void append(data::SnapshotSet& set, GlobalIndex s) const;

    int species_;
    data::SnapshotTotals totals_;
};

}  // namespace rfhgn::tests
