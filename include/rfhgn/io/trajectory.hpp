#pragma once

#include <memory>
#include <string>

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

struct TrajectoryOptions {
    std::string path;            ///< ends in .h5md
    std::int64_t interval = 100; ///< steps between frames
    bool forces = false;         ///< also write forces
};

/// Writes an H5MD 1.1 trajectory in parallel, rows in order of global node id, flushed after every frame, that
/// MDAnalysis opens as it is (group `trajectory`, float64 position, velocity, momentum (extra), [force], explicit step and
/// time, box edges [F, 3, 3]; systems of 1 and 2 dimensions padded to 3; constant mass, species, id; connectivity/bonds;
/// observables kinetic_energy, potential_energy). *Collective.*
std::unique_ptr<dynamics::Observer> write_trajectory(const parallel::Communicator& comm,
                                                     const graph::DistributedGraph& graph,
                                                     const TrajectoryOptions& options, const Provenance& provenance);

/// Scalars as CSV (step, time, kinetic, potential, total, momentum_x.., angular_momentum_x..), written by the root and
/// flushed at every line.
std::unique_ptr<dynamics::Observer> write_scalars(const parallel::Communicator& comm, const std::string& path,
                                                  std::int64_t interval);

}  // namespace rfhgn::io
