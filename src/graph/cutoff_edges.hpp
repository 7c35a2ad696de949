#pragma once
/// Edges of a brick: pairs of its particles, and of particles and ghosts, within reach.

#include <cstdint>
#include <span>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"

#include "cell_grid.hpp"

namespace rfhgn::graph {

/// Points in the order of their cells.
struct CellPoints {
    std::vector<std::int64_t> cell;               ///< ascending
    std::vector<LocalIndex> index;                ///< number of the point in its list
    std::array<std::vector<double>, 3> position;  ///< by component
};

/// Sorts points [n, d] by cell, and within a cell by number.
CellPoints sort_points(const CellGrid& grid, std::span<const Vector3> coordinates,
                       std::span<const double> positions, int dimension);

/// Appends pairs of owned points nearer than sqrt(squared_reach), each once, sorted; owned points must be in
/// the order of cells already.
void append_interior_edges(const CellGrid& grid, const CellPoints& owned, double squared_reach,
                           std::vector<Edge>& edges);
/// Appends pairs of owned points and ghosts, whose indices follow those of the owned ones; sorted.
void append_cut_edges(const CellGrid& grid, const CellPoints& owned, const CellPoints& ghosts,
                      double squared_reach, std::vector<Edge>& edges);

}  // namespace rfhgn::graph
