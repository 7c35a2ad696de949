#pragma once
/// The checks of a data set, one a file.

#include <memory>
#include <vector>

#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/training/data_checks.hpp"

#include "snapshot_view.hpp"

namespace rfhgn::training {

class DataCheck {
  public:
    DataCheck() = default;
    virtual ~DataCheck() = default;
    DataCheck(const DataCheck&) = delete;
    DataCheck& operator=(const DataCheck&) = delete;

    /// Looks at a snapshot of this rank and at the one before it in the data set, which may be null. Local.
    virtual void look(const SnapshotView& snapshot, const SnapshotView* before) = 0;
    /// Adds what was found to the report, which holds that of the checks before. *Collective.*
    virtual void conclude(const parallel::Communicator& comm, DataReport& report) = 0;
};

/// Counts of energies, forces, virials and single atoms; labels that are all the same.
std::unique_ptr<DataCheck> check_labels(const data::SnapshotTotals& totals, const DataUse& use);
/// Refuses an edge that is listed twice, in one direction or in both.
std::unique_ptr<DataCheck> check_edges(const data::SnapshotTotals& totals);
/// Whether the forces on a snapshot add up to nothing.
std::unique_ptr<DataCheck> check_balance(const data::SnapshotTotals& totals, const DataUse& use);
/// Momenta against given velocities.
std::unique_ptr<DataCheck> check_momenta(const data::SnapshotTotals& totals);
/// Momenta and forces against the motion from frame to frame.
std::unique_ptr<DataCheck> check_frames(const data::SnapshotTotals& totals);
/// Energies against the work of forces, and of virials, between configurations.
std::unique_ptr<DataCheck> check_work(const data::SnapshotTotals& totals);
/// Configurations that are there twice.
std::unique_ptr<DataCheck> check_duplicates(const data::SnapshotTotals& totals);

/// As many snapshots, at even strides, are looked at closely.
constexpr GlobalIndex most_picks = 4096;

}  // namespace rfhgn::training
