#pragma once

#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::linalg {

/// Everything that the R factors alone answer: λ, coefficients, fewer columns where asked for. Fills in the
/// report, the coefficients and the R factors of `solution`. *Collective.* Throws RunError without training
/// rows.
RidgeSolution solve_r_factors(const parallel::Communicator& comm, RFactorPair r_factors,
                              const LeastSquaresOptions& options, LeastSquaresSolution& solution);

}  // namespace rfhgn::linalg
