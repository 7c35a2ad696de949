#pragma once
/// What an HDF5 data set says of itself, checked before anything is read.

#include "rfhgn/graph/snapshots.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// Sizes, after a look at all types and shapes. Local. Throws InputError.
graph::SnapshotTotals read_totals(const hdf5::Reader& file);

/// Checks this rank's block of the offsets of snapshots, so that no rank holds them all. Local. Throws
/// InputError.
void check_offsets(const hdf5::Reader& file, const graph::SnapshotTotals& totals,
                   const parallel::Communicator& comm);

}  // namespace rfhgn::io
