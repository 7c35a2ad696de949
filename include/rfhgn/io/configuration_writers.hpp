#pragma once
/// Snapshots as files of text for other programs. All local: one process writes. Numbers have the fewest
/// digits that are read again as they were; what is in other units is read again to the last bit wherever
/// some number is. Written aside and renamed. Throw InputError for what the format cannot hold, RunError for
/// the disk.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rfhgn/data/snapshots.hpp"

namespace rfhgn::io {

/// What a data set holds, counted over all of its snapshots.
struct Survey {
    struct OfSpecies {
        GlobalIndex atoms = 0;
        double lightest = 0, heaviest = 0;
    };
    struct OfGroup {
        GlobalIndex snapshots = 0, atoms = 0;
    };
    std::map<int, OfSpecies> species;
    std::map<std::string, OfGroup> groups;  ///< by type of configuration or, without types, group
    GlobalIndex energies = 0, forces = 0, virials = 0, moving = 0;  ///< snapshots that have them
    GlobalIndex open = 0, partly_open = 0;                          ///< in boxes that are open on some sides
    bool same_boundaries = true;
    bool trajectories = false;  ///< some trajectory has several snapshots
};
/// Goes through all of it, part by part. Throws InputError as the source does.
Survey survey(const data::SnapshotSource& source);

/// Extended XYZ: positions, forces, momenta (of those that move) and masses (of what is no element, or has
/// another mass), in ASE's units where units are metal; Lattice and pbc, energy without its kinetic part,
/// virial and stress, time, units, config_type, group, trajectory. Species without names have element symbols
/// for stand-ins (species_named=F) and a column species_index, which there is, too, where names are not
/// numbered as a reader would number them.
void write_extended_xyz(const data::SnapshotSource& source, const Survey& survey, const std::string& path);

/// A data file of LAMMPS, style atomic, of the first snapshot. The cell is turned to LAMMPS' form; what
/// LAMMPS has to be told besides, such as the boundaries, is in the title.
void write_lammps_data(const data::SnapshotSource& source, const std::string& path);

/// One snapshot of a source as a source.
std::unique_ptr<data::SnapshotSource> only(const data::SnapshotSource& source, GlobalIndex snapshot);

}  // namespace rfhgn::io
