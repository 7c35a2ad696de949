#pragma once
/// What an HDF5 data set says of itself, checked before anything is read.

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// The names that velocities and forces have in this file: earlier releases called them rates. Local. Throw
/// InputError where it has both.
const char* velocity_in(const hdf5::Reader& file);
const char* force_in(const hdf5::Reader& file);

/// Sizes, after a look at all types and shapes. Local. Throws InputError.
data::SnapshotTotals read_totals(const hdf5::Reader& file);

/// Checks this rank's block of the offsets of snapshots, so that no rank holds them all. Local. Throws
/// InputError.
void check_offsets(const hdf5::Reader& file, const data::SnapshotTotals& totals,
                   const parallel::Communicator& comm);

}  // namespace rfhgn::io
