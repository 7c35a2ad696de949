#pragma once
/// The cheapest sufficient width: leading columns of an R factor are the problem of these columns alone.

#include "rfhgn/linalg/ridge.hpp"

namespace rfhgn::linalg {

/// What pruning did. Errors are relative, held-out where rows are held out, else of training.
struct Pruning {
    double tolerance = 0;
    int full_columns = 0;
    double full_error = 0;
    int columns = 0;  ///< kept; all of them when even these miss the tolerance
    double error = 0;
};

/// The R factors of the first `width` columns of Z.
RFactorPair leading(const RFactorPair& r_factors, int width);

/// The smallest width whose error at the λ of `full` is at most the tolerance, by bisection: the width before
/// it fails. All columns when they fail too. Local.
int sufficient_width(const RFactorPair& r_factors, const RidgeSolution& full, double tolerance);

/// The error that judges a fit: held-out where rows are held out, else of training.
double judged_error(const RFactorPair& r_factors, const std::vector<double>& coefficients);

}  // namespace rfhgn::linalg
