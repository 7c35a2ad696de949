#pragma once
/// A tabulated model as files for LAMMPS: a table for pair_style or bond_style table, a snapshot as a data
/// file and an input that runs it.

#include <string>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/model/pairwise/tabulated_model.hpp"

namespace rfhgn::workflow {

struct LammpsFiles {
    std::string table;
    std::string data;
    std::string input;
};

/// Names that the input refers to.
inline constexpr const char* lammps_table = "table.lammps";
inline constexpr const char* lammps_data = "data.lammps";
inline constexpr const char* lammps_input = "in.lammps";

struct LammpsOptions {
    int points = 4000;  ///< of each table
    double dt = 0.01;
};

/// Files for the first snapshot of `set`, which must be whole. Local. Throws InputError for what LAMMPS does
/// not know: several masses in one species, or cell vectors that are not (lx, 0, 0), (xy, ly, 0), (xz, yz,
/// lz).
LammpsFiles lammps_files(const model::TabulatedModel& tabulated, const data::SnapshotSet& set,
                         const LammpsOptions& options);

}  // namespace rfhgn::workflow
