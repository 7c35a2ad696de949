#pragma once
/// Which frames of trajectories have the neighbours in time that a rate needs.

#include <string>
#include <vector>

#include "rfhgn/data/snapshots.hpp"

namespace rfhgn::data {

/// x' = Σ_k weights[k] x_{n − before + k} / h.
struct Stencil {
    int before;
    std::vector<double> weights;
    [[nodiscard]] int after() const noexcept { return static_cast<int>(weights.size()) - 1 - before; }
};
Stencil stencil_of(const std::string& rates);

/// Positions in `frames` of the snapshots of `own` that have all neighbours of the stencil in their
/// trajectory. `frames` holds one snapshot before `own` and as many after it as the stencil is wide, where
/// the data set has them. `same_bonds`: the edges of a frame must be those of the next. Local. Throws
/// InputError.
std::vector<std::size_t> frames_with_neighbours(const SnapshotSet& frames, parallel::Range own,
                                                const Stencil& stencil, bool same_bonds);

/// The edges of frame f as indices into part.edges.
parallel::Range edges_of_frame(const SnapshotSet& frames, std::size_t f);

}  // namespace rfhgn::data
