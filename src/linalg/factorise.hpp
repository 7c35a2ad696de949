#pragma once

#include <span>
#include <vector>

#include "rfhgn/linalg/target_rows.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "repeated_rows.hpp"

namespace rfhgn::linalg {

/// R factors of each target, in one pass, without weights. Hands the training rows that it goes through to
/// `training` (may be null), goes on from what keepers have and adds its seconds to the phases "rows",
/// "factorisation" and "tree". *Collective.*
std::vector<RFactorPair> factorise(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                                   RepeatedRows* training, parallel::PhaseTimes& times);

}  // namespace rfhgn::linalg
