#pragma once
/// Larger systems of the same kind: copies of a periodic box side by side.

#include <array>

#include "rfhgn/base/types.hpp"
#include "rfhgn/graph/neighbour_list.hpp"

namespace rfhgn::graph {

/// How many copies along each cell vector.
using Copies = std::array<GlobalIndex, 3>;

/// Product of all three.
GlobalIndex count(const Copies& copies);

/// The box with its vectors multiplied.
Box replicated(const Box& box, const Copies& copies);

/// Copy c of particle i of the `total` in `box` has the id i + c total; copies are numbered along the first
/// vector fastest, each a whole number of vectors away. Momenta are copied, images are taken out. Local.
Particles replicated(const Particles& particles, const Box& box, const Copies& copies, GlobalIndex total);

}  // namespace rfhgn::graph
