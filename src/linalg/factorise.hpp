#pragma once

#include "rfhgn/linalg/factor_checkpoint.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "repeated_rows.hpp"

namespace rfhgn::linalg {

/// factorise() that hands the training rows it goes through to `training` (may be null), goes on from what a
/// keeper has (may be null) and adds its seconds to the phases "rows", "factorisation" and "tree".
/// *Collective.*
RFactorPair factorise(const parallel::Communicator& comm, const RowSource& source, RepeatedRows* training,
                      parallel::PhaseTimes& times, FactorCheckpoint* keeper = nullptr);

}  // namespace rfhgn::linalg
