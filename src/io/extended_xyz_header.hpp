#pragma once
/// What the two lines before the atoms of a configuration in extended XYZ tell. Local; InputErrors name the
/// line.

#include <string>

#include "rfhgn/base/types.hpp"
#include "rfhgn/data/snapshots.hpp"

#include "extended_xyz_atoms.hpp"
#include "extended_xyz_cell.hpp"

namespace rfhgn::io::xyz {

struct Header {
    Columns columns{};
    Cell cell{};
    double energy = data::unknown;  ///< potential
    double time = 0;
    data::Virial virial = data::unknown_virial;
    double unit_of_length = 1;  ///< of positions
    double unit_of_motion = 1;  ///< of the column that says how atoms move
    bool velocities = false;    ///< these are velocities, not momenta
};

/// The number of atoms.
GlobalIndex read_count(const Line& line);
/// Properties; of plain XYZ, whose second line is any comment, species:S:1:pos:R:3.
std::string properties_of(const Pairs& pairs);
/// Those that the line names, or else `other`.
std::string units_of(const Line& line, const Pairs& pairs, const std::string& other);
/// Whether symbols are names of species, and not stand-ins for their numbers (species_named=F).
bool are_named(const Pairs& pairs);
/// In the units of the file.
Header read_header(const Line& line, const Choice& choice, const std::string& units);

/// Of momenta or velocities in a column of this name, in the units of the file.
struct Motion {
    double unit;
    bool velocity;
    const char* said;  ///< the unit in words
};
Motion motion_of(const std::string& name, const std::string& units);

}  // namespace rfhgn::io::xyz
