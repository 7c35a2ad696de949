#pragma once
/// How a run stops early, so that --restart can go on.

#include <string>

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// Ends the run with exit code 75. To be called on all ranks alike.
[[noreturn]] void stop_early(const std::string& what);
/// Stops a run of several stages after this one when a signal asks for it or time is up. *Collective.*
void stop_between_stages(const Context& context, const std::string& stage);

}  // namespace rfhgn::workflow
