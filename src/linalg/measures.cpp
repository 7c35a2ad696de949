#include "measures.hpp"

#include <algorithm>
#include <cmath>

namespace rfhgn::linalg {

double relative(double squared_residual, double squared_rhs) {
    return std::sqrt(std::max(squared_residual, 0.0) / (squared_rhs > 0 ? squared_rhs : 1.0));
}

double normal_residual(const RidgeOperator::Residual& residual, double norm) {
    return residual.squared > 0 ? residual.gradient_norm / (norm * std::sqrt(residual.squared)) : 0.0;
}

}  // namespace rfhgn::linalg
