#pragma once

#include "rfhgn/graph/snapshots.hpp"

namespace rfhgn::tests {

/// Harmonic chains in the plane of 3 to 9 nodes, one a snapshot and two a trajectory, springs of two
/// stiffnesses, every third energy unknown. Values follow from the snapshot alone.
class UnevenChains final : public graph::SnapshotSource {
  public:
    explicit UnevenChains(GlobalIndex snapshots);

    /// From the n-th read on (counted from 0), reading throws an InputError "the disk is on fire".
    void fail_from(int read) { fails_from_ = read; }

    [[nodiscard]] const graph::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] graph::SnapshotSet read(parallel::Range nodes) const override;
    [[nodiscard]] graph::SnapshotSet read_snapshots(parallel::Range snapshots) const override;
    [[nodiscard]] graph::SnapshotOutline outline(parallel::Range snapshots) const override;
    [[nodiscard]] int reads() const noexcept { return reads_; }

  private:
    graph::SnapshotTotals totals_;
    graph::SnapshotOutline outline_;
    int fails_from_ = -1;
    mutable int reads_ = 0;
};

}  // namespace rfhgn::tests
