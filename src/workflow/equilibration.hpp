#pragma once

#include <string>

#include "rfhgn/workflow/context.hpp"

#include "initial_state.hpp"

namespace rfhgn::workflow {

/// Equilibrates the start of a rollout as its deck says, with checkpoints of its own: a run that stops on the
/// way goes on from there with --restart, on the same number of ranks to the same bits. `particles`
/// as in Checkpoints. *Collective.* Throws an Error of code stopped_early on all ranks when it is
/// to stop; the checkpoint is written then.
void equilibrate(const Context& context, InitialState& start, GlobalIndex particles);

}  // namespace rfhgn::workflow
