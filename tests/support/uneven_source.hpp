#pragma once

#include "rfhgn/data/snapshots.hpp"

namespace rfhgn::tests {

/// Harmonic chains in the plane of 3 to 9 nodes, one a snapshot and two a trajectory, springs of two
/// stiffnesses, every third energy unknown. Values follow from the snapshot alone.
class UnevenChains final : public data::SnapshotSource {
  public:
    explicit UnevenChains(GlobalIndex snapshots);

    /// From the n-th read on (counted from 0), reading throws an InputError "the disk is on fire".
    void fail_from(int read) { fails_from_ = read; }

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override;
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range snapshots) const override;
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range snapshots) const override;
    [[nodiscard]] int reads() const noexcept { return reads_; }

  private:
    data::SnapshotTotals totals_;
    data::SnapshotOutline outline_;
    int fails_from_ = -1;
    mutable int reads_ = 0;
};

}  // namespace rfhgn::tests
