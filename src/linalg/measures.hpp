#pragma once
/// How residuals are told.

#include <limits>

#include "ridge_operator.hpp"

namespace rfhgn::linalg {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// |r| / |u|, or |r| where u = 0. A squared residual may be below 0 by rounding.
double relative(double squared_residual, double squared_rhs);
/// |Bᵀr| / (|B||r|) with |B| = norm.
double normal_residual(const RidgeOperator::Residual& residual, double norm);

}  // namespace rfhgn::linalg
