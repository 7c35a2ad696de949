#pragma once

#include "rfhgn/workflow/context.hpp"

#include "rollout_setup.hpp"

namespace rfhgn::workflow {

/// Equilibrates the start of a rollout as its deck says, by the exact force or, where nobody knows it, by the
/// one that moves the rollout, with checkpoints of its own: a run that stops on the way goes on from there
/// with --restart, on the same number of ranks to the same bits. *Collective.* Throws an Error of code
/// stopped_early on all ranks when it is to stop; the checkpoint is written then.
void equilibrate(const Context& context, RolloutSetup& setup);

}  // namespace rfhgn::workflow
