#pragma once

#include <vector>

#include "rfhgn/linalg/factor_checkpoint.hpp"

#include "tsqr_reduction.hpp"

namespace rfhgn::linalg {

/// Puts what a keeper has of this problem into the tree. Returns which owned leaves are done, one entry each.
/// Ranks that see different files begin anew together. *Collective.*
std::vector<char> take_up(const parallel::Communicator& comm, const RowSource& source,
                          FactorCheckpoint& keeper, TsqrReduction& tree);

}  // namespace rfhgn::linalg
