#pragma once

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

/// Standard deviations of the noise that was added.
struct NoiseAmplitudes {
    double position = 0, momentum = 0, velocity = 0, force = 0;
};

/// Adds Gaussian noise to whole snapshots of systems of `nodes` particles: `options.noise` times the standard
/// deviation of the quantity, which is that of each particle's component about its mean over all snapshots,
/// so that the extent of a lattice does not count. Energies stay exact. Amplitudes are rounded to single
/// precision and noise is keyed by trajectory, frame, particle and component: the same on any number of
/// ranks. *Collective.*
NoiseAmplitudes add_noise(const parallel::Communicator& comm, const GenerateOptions& options,
                          GlobalIndex nodes, data::SnapshotSet& set);

}  // namespace rfhgn::workflow
