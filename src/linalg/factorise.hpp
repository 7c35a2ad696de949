#pragma once

#include "rfhgn/linalg/triangle_keeper.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "repeated_rows.hpp"

namespace rfhgn::linalg {

/// factorise() that hands the training rows it goes through to `training` (may be null), goes on from what a
/// keeper has (may be null) and adds its seconds to the phases "rows", "factorisation" and "tree".
/// *Collective.*
TrianglePair factorise(const parallel::Communicator& comm, const RowSource& source, RepeatedRows* training,
                       parallel::PhaseTimes& times, TriangleKeeper* keeper = nullptr);

}  // namespace rfhgn::linalg
