#pragma once
/// What --restart finds, and how a run stops so that it can be found.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// The keys of a resolved deck below these tables and their values, by full name. Local.
std::map<std::string, std::string> deck_values(const std::string& resolved,
                                               const std::vector<std::string>& tables);

/// Stages of this run that an earlier one of this folder finished. *Collective.* Throws InputError when the
/// deck has changed in what one of them depends on.
std::set<std::string> finished_stages(const Context& context);

/// Paths of the checkpoints of a stage, unfinished ones too, and whether there is a finished one. Local.
std::vector<std::string> checkpoints_of(const Context& context, const std::string& stage);
bool has_checkpoint(const Context& context, const std::string& stage);

/// Ends the run with exit code 75. To be called on all ranks alike.
[[noreturn]] void stop_early(const std::string& what);
/// Stops a run of several stages after this one when a signal asks for it or time is up. *Collective.*
void stop_between_stages(const Context& context, const std::string& stage);

}  // namespace rfhgn::workflow
