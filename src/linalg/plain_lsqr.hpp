#pragma once

#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::linalg {

/// LSQR from zero on the rows as they are, without an R factor: method = "lsqr". Weights are given.
/// *Collective.*
LeastSquaresSolution solve_by_lsqr(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                                   const LeastSquaresOptions& options);

}  // namespace rfhgn::linalg
