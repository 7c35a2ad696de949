#pragma once

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// Reports what a rollout would take on as many ranks as --ranks says: who owns how much, halos, messages,
/// memory; from this process alone, without any graph. Writes it as JSON too where --json names a file.
/// *Collective.* Throws InputError where there are more ranks than particles.
void plan_rollout(const Context& context);

}  // namespace rfhgn::workflow
