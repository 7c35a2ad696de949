#pragma once
/// The cell of a configuration in extended XYZ. Local; InputErrors name the line.

#include <array>
#include <span>
#include <string>

#include "rfhgn/graph/box.hpp"

#include "extended_xyz_pairs.hpp"

namespace rfhgn::io::xyz {

/// As the file has it. Vectors of axes that are not periodic may be absent (0): space is open there.
struct Cell {
    std::array<graph::Vector3, 3> vectors{};
    std::array<bool, 3> periodic{};

    [[nodiscard]] bool has(std::size_t axis) const { return vectors[axis] != graph::Vector3{}; }
    [[nodiscard]] bool complete() const { return has(0) && has(1) && has(2); }
};

/// Lattice: nine numbers, vector after vector; pbc: T T T by default with a Lattice and
/// F F F without. A left-handed cell is turned to the opposite vectors, which span the same lattice.
Cell cell_of(const Line& line, const Pairs& pairs);

/// The box of a cell that has all its vectors; where some are absent, they are made such that the box holds
/// the positions [atoms, 3].
graph::Box box_of(const Line& line, const Cell& cell, std::span<const double> positions);

/// What the comment of i-PI's files says: "# CELL(abcABC): 35 35 35 90 90 90 .. positions{angstrom} ..".
struct IpiComment {
    bool found = false;
    Cell cell;
    double unit_of_length = 1;  ///< of positions, in Å
};
IpiComment ipi_comment(const Line& line);

}  // namespace rfhgn::io::xyz
