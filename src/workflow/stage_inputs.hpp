#pragma once
/// Files that stages read: which an earlier stage of the same run makes, and whether the others are there and
/// fit the deck.

#include <vector>

#include "rfhgn/workflow/stage_table.hpp"

namespace rfhgn::workflow {

/// The first of `stages` before `stage` that writes this input; none: it must be there. Local.
const Stage* maker(const Context& context, const std::vector<const Stage*>& stages, const Stage& stage,
                   const StageInput& input);

/// Throws InputError where an input is absent that no stage makes. Local.
void require_inputs(const Context& context, const std::vector<const Stage*>& stages);

/// Stage::check_inputs of those stages whose inputs no stage makes: others are not there yet. *Collective.*
void check_inputs(const Context& context, const std::vector<const Stage*>& stages);

}  // namespace rfhgn::workflow
