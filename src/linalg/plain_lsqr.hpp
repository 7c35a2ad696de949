#pragma once
/// What the direct solution and plain LSQR have in common, and the latter.

#include <limits>

#include "rfhgn/linalg/least_squares.hpp"

#include "ridge_operator.hpp"

namespace rfhgn::linalg {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Whether rows are kept for the passes of LSQR or produced again. Local.
bool keep_rows(const RowSource& source, const LeastSquaresOptions& options);
/// Throws a RunError where there are none.
void require_rows(GlobalIndex rows);
/// |Bᵀr| / (|B||r|) with |B| = norm.
double normal_residual(const RidgeOperator::Residual& residual, double norm);
/// |r| / |u|, or |r| where u = 0.
double relative(double squared_residual, double squared_rhs);

/// LSQR from zero on the rows as they are, without a triangle: method = "lsqr". *Collective.*
LeastSquaresSolution solve_by_lsqr(const parallel::Communicator& comm, const RowSource& source,
                                   const LeastSquaresOptions& options);

}  // namespace rfhgn::linalg
