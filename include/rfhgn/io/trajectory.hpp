#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/potential/species_names.hpp"

namespace rfhgn::io {

/// A quantity of every particle that no frame holds by itself. `values` gives it, [owned, d] in the frame's
/// node order; it is called once a frame on all ranks together, and may be *Collective*.
struct ExtraElement {
    std::string name;
    std::function<std::span<const double>(const dynamics::StepView&)> values;
};

struct TrajectoryOptions {
    std::string path;             ///< ends in .h5md
    std::int64_t interval = 100;  ///< steps between frames
    bool forces = false;          ///< also write forces
    double flush_seconds = 0.5;   ///< least time between flushes; 0: every frame
    std::vector<ExtraElement> extra{};
    std::int64_t last_step = 0;  ///< of the rollout: room is laid out for frames up to it; 0: no end is known
    bool resume = false;         ///< go on with the file of an earlier run: `restore` says where
    /// Of a cutoff graph, whose particles move between ranks; absent for given graphs.
    std::optional<graph::Box> box{};
    potential::SpeciesNames species_names{};
    std::string units{};  ///< attribute of /parameters; empty: none
};

/// Writes an H5MD 1.1 trajectory in parallel, rows in order of global node id, flushed at most every half
/// second: group `trajectory` with float64 position, velocity, momentum (extra), [force], extra elements,
/// explicit step and time; systems of 1 and 2 dimensions padded to 3; where the box is periodic, its
/// edges [frames, 3, 3] and the images of particles (position + image · edges is where paths have led), and
/// neither where it is open, as readers take any box with edges as periodic; constant mass, species
/// (attribute names where they are known), id; of given graphs connectivity/bonds (ids, smaller first);
/// observables kinetic_energy, potential_energy; parameters/provenance. Without units, so that MDAnalysis
/// opens it by Universe(path, n_atoms=N, convert_units=False). The file may be read during the run.
/// *Collective*, and so are `observe`, `finish` and, unless an error unwinds, the destructor. Throws RunError
/// on all ranks alike when the file cannot be made or there is no space for the next frame; frames written
/// before stay readable. With a last step the places of all frames are laid out when the file is made (as a
/// hole, which takes no space), so that a run that is killed at any instant leaves a file that opens.
/// `restore` cuts an earlier run's file back to the frames of the checkpoint and throws InputError when it
/// has not got them.
std::unique_ptr<dynamics::Observer> write_trajectory(const parallel::Communicator& comm,
                                                     const graph::DistributedGraph& graph,
                                                     const TrajectoryOptions& options,
                                                     const Provenance& provenance);

/// Columns that scalars get besides the usual ones. `values` gives one number a name, the same on every rank;
/// it is called on all ranks together, and may be *Collective*.
struct ExtraScalars {
    std::vector<std::string> names{};
    std::function<std::vector<double>(const dynamics::StepView&)> values{};
};

/// Scalars as CSV (step, time, kinetic, potential, total, momentum_x.., angular_momentum_x.., extra ones),
/// written by the root and flushed at every line. Of angular momentum a plane has z alone, a line none. To
/// resume, `restore` cuts the file of an earlier run back to what it was at the checkpoint. *Collective.*
/// Throws RunError, and InputError when that file is shorter.
std::unique_ptr<dynamics::Observer> write_scalars(const parallel::Communicator& comm, const std::string& path,
                                                  std::int64_t interval, bool resume = false,
                                                  ExtraScalars extra = {});

}  // namespace rfhgn::io
