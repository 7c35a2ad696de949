#pragma once
/// Ghosts of subdomains: which particles, and which of their images, a subdomain needs to see.

#include <span>
#include <vector>

#include "rfhgn/graph/neighbour_list.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/halo_exchange.hpp"

#include "recursive_bisection.hpp"

namespace rfhgn::graph {

/// A ghost as its owner announces it.
struct GhostImage {
    GlobalIndex id;
    double mass;
    Vector3 position;  ///< of the owner's particle
    Image image;       ///< the ghost is at position + displacement(box, image)
    int species;
    parallel::RemoteNode place;
};

/// Sorts ghosts by the cells that they lie in, and within a cell as they were; returns the cells, ascending.
std::vector<std::int64_t> sort_ghosts(const CellGrid& grid, const Box& box, std::vector<GhostImage>& ghosts);

/// All images within `margin` (box coordinates) of this rank's subdomain that are not its own particles in
/// place, in a half list those of subdomains above it; by owner, then image, then index there. A function of
/// subdomains and particles alone. `particles` are this rank's, `coordinates` theirs. *Collective.*
std::vector<GhostImage> gather_ghosts(const parallel::Communicator& comm, const Box& box,
                                      const RecursiveBisection& cuts, ListStyle list_style,
                                      const Vector3& margin, const Particles& particles,
                                      std::span<const Vector3> coordinates);

}  // namespace rfhgn::graph
