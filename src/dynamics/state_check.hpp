#pragma once

#include "rfhgn/dynamics/integrator.hpp"

namespace rfhgn::dynamics {

/// Throws a RunError on all ranks, the lowest rank's message, that names step, time and the first particle
/// whose position, momentum or force is not finite. *Collective.*
void require_finite(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                    const Motion& motion, double time);

/// Throws a RunError on all ranks that names the fastest particle when the kinetic energy of all ranks
/// exceeds `limit`; `scale` is the energy at the start. *Collective.*
void require_bounded(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                     const Motion& motion, double time, double kinetic, double limit, double scale);

}  // namespace rfhgn::dynamics
