#pragma once
/// What data files and dumps of LAMMPS have in common. Local; InputErrors name the line.

#include <array>
#include <string>

#include "rfhgn/graph/box.hpp"
#include "rfhgn/io/data_set.hpp"

#include "text_lines.hpp"

namespace rfhgn::io::lammps {

/// The units that a file names ("lj", "metal"; others are refused), or else those that the options give.
std::string units_of(const Line& line, const std::string& named, const OpenOptions& options);
/// "metal, as the file says", "lj, as the file does not say".
std::string units_said(const std::string& named, const std::string& units);

/// Where an atom may be, with an origin of its own.
struct Bounds {
    std::array<std::array<double, 2>, 3> ends{};  ///< low and high along x, y, z
    double xy = 0, xz = 0, yz = 0;
};
/// Of sides and tilts; the origin is 0. Throws InputError with the line for boxes that are none.
graph::Box box_of(const Line& line, const Bounds& bounds, const std::array<bool, 3>& periodic);
/// Of any vectors, which LAMMPS calls general triclinic.
graph::Box box_of(const Line& line, const std::array<graph::Vector3, 3>& vectors,
                  const std::array<bool, 3>& periodic);

/// Σ image_k vectors[k].
graph::Vector3 displaced(const graph::Vector3& position, const graph::Box& box,
                         const std::array<int, 3>& image);

}  // namespace rfhgn::io::lammps
