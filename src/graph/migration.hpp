#pragma once
/// Particles on their way to their subdomains.

#include <vector>

#include "rfhgn/graph/neighbour_list.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "cell_grid.hpp"
#include "recursive_bisection.hpp"

namespace rfhgn::graph {

/// The first particle whose position is not finite or too far out to count its images; the number of
/// particles when all can be placed.
std::size_t first_unplaceable(const Box& box, const Particles& particles);

/// Wraps positions into the box, counts images on, and returns box coordinates.
std::vector<Vector3> wrap(const Box& box, Particles& particles);

/// Sends particles, with their coordinates, to the ranks of their subdomains; those that stay may change
/// places. *Collective.*
void send_to_owners(const parallel::Communicator& comm, const RecursiveBisection& cuts, Particles& particles,
                    std::vector<Vector3>& coordinates);

/// Sorts particles and their coordinates by cell, and within a cell by id; returns the cells, ascending.
std::vector<std::int64_t> sort_particles(const CellGrid& grid, Particles& particles,
                                         std::vector<Vector3>& coordinates);

}  // namespace rfhgn::graph
