#pragma once
/// The arrays of a data set in HDF5, part by part. All local; InputErrors name the file and the array.

#include <vector>

#include "rfhgn/data/snapshots.hpp"

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// Offsets were found good when the file was opened, by all ranks together: others are those of another file.
/// Nothing may be laid out by what has not been looked at, and a file system may tell late of a change.
/// Throws RunError.
std::vector<GlobalIndex> offsets_again(const hdf5::Reader& file, const char* name, parallel::Range groups,
                                       GlobalIndex total);
/// Throws RunError unless the offsets reach over the items.
void require_covered(const hdf5::Reader& file, const char* name, const std::vector<GlobalIndex>& offsets,
                     parallel::Range items);

std::vector<GlobalIndex> read_trajectories(const hdf5::Reader& file, parallel::Range snapshots);
/// Energies, times, trajectories, groups, virials and boxes of these snapshots.
void read_snapshot_values(const hdf5::Reader& file, parallel::Range here, data::SnapshotSet& set);
/// Positions, momenta, masses and species of set.part.nodes, and what is known of velocities and forces.
void read_nodes(const hdf5::Reader& file, data::SnapshotSet& set);
/// The edges in `block`, all of them of the snapshots in `groups`.
void read_edges(const hdf5::Reader& file, parallel::Range block, parallel::Range groups,
                data::SnapshotSet& set);

}  // namespace rfhgn::io
