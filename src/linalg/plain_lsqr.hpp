#pragma once

#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::linalg {

/// LSQR from zero on the rows as they are, without an R factor: method = "lsqr". *Collective.*
LeastSquaresSolution solve_by_lsqr(const parallel::Communicator& comm, const RowSource& source,
                                   const LeastSquaresOptions& options);

}  // namespace rfhgn::linalg
