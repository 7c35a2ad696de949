#pragma once
/// Frames of LAMMPS' text dumps (dump atom, dump custom). Local; InputErrors name the line.

#include <array>
#include <string>
#include <vector>

#include "lammps_text.hpp"

namespace rfhgn::io::lammps {

/// What a word of an atom's line is.
enum class DumpWord : std::uint8_t { other, id, type, element, mass, image, position, velocity, force };

struct DumpHeader {
    std::string units;  ///< of ITEM: UNITS; empty: none
    double time = 0;    ///< of ITEM: TIME, or else the time step
    bool timed = false;
    GlobalIndex atoms = 0;
    graph::Box box;  ///< its origin is 0: positions are counted from `origin`
    graph::Vector3 origin{};
    struct Column {
        DumpWord word = DumpWord::other;
        std::uint8_t axis = 0;
        std::string name;
    };
    std::vector<Column> columns;
    bool scaled = false;   ///< positions are fractions of the box
    std::string position;  ///< "x", "xu", "xs" or "xsu"

    [[nodiscard]] bool has(DumpWord word, int columns_of_it = 1) const;
};

struct DumpAtom {
    GlobalIndex id = 0;
    int type = -1;  ///< from 0; −1: none
    std::string_view element;
    double mass = 0;
    graph::Vector3 position{}, velocity{}, force{};
    std::array<int, 3> image{};
};

/// False at the end of the file. Blank lines before it are passed over.
bool read_dump_header(TextLines& lines, DumpHeader& header);
/// One line of an atom; its position is in the box's axes and unwrapped. The element is a view of the line.
DumpAtom read_dump_atom(const Line& line, const DumpHeader& header);

}  // namespace rfhgn::io::lammps
