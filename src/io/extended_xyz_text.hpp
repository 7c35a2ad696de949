#pragma once
/// Extended XYZ as text: for each configuration a line with the number of atoms, one of key=value pairs, and
/// one for each atom. All local; InputErrors name the file and the line.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/graph/box.hpp"

namespace rfhgn::io::xyz {

/// Where something is said, for messages.
struct Line {
    const std::string& path;
    std::int64_t number;  ///< from 1
    std::string_view text;
};

/// The columns that are read; where they begin among the words of an atom's line, −1: absent.
struct Columns {
    int species = -1;        ///< a chemical symbol
    int species_index = -1;  ///< a number, which goes before the symbol
    int position = -1;
    int force = -1;
    int momentum = -1;
    int mass = -1;
    int words = 0;  ///< of a line

    friend bool operator==(const Columns&, const Columns&) = default;
};

/// What a line of key=value pairs tells of a configuration.
struct Header {
    Columns columns;
    graph::Box box;
    double energy;  ///< NaN where there is none
    double time;    ///< 0 by default
    std::string units;
    data::Virial virial;  ///< unknown where there is none
    bool named = true;  ///< symbols are names of species, not stand-ins for their numbers
};

/// The number of atoms.
GlobalIndex read_count(const Line& line);
/// Keys Lattice (required), pbc, Properties, energy, virial (nine numbers, or six: xx yy zz yz xz xy; sum of
/// r f, positive when compressed), stress (the same; minus the virial over the volume, as ASE has it), time,
/// units ("metal" by default), species_named (F: see Header::named); others are passed over. A virial and a
/// stress that are not the same are refused.
Header read_header(const Line& line);

/// One atom, as the file has it; a force and a momentum that it has not are 0, as is a mass.
struct Atom {
    std::string_view symbol;  ///< may be empty
    int species_index = -1;
    std::array<double, 3> position{}, force{}, momentum{};
    double mass = 0;
};
Atom read_atom(const Line& line, const Columns& columns);
/// Its symbol or species_index only.
Atom read_species(const Line& line, const Columns& columns);

}  // namespace rfhgn::io::xyz
