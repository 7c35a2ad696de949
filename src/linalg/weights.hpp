#pragma once
/// How much the rows of one target count beside those of another.

#include <span>
#include <vector>

#include "rfhgn/linalg/ridge.hpp"
#include "rfhgn/linalg/target_rows.hpp"

namespace rfhgn::linalg {

/// Standard deviation of what the fit leaves of a row of a target: the larger of |Zθ − u| / sqrt(rows −
/// degrees of freedom) of its training rows and |Zθ − u| / sqrt(rows) of its held-out rows. The degrees of
/// freedom are the target's share of those of the fit, |w Z D⁻¹ R_λ⁻¹|² (Frobenius). Local.
double target_noise(const RFactorPair& target, double weight, const RidgeSolution& fit);

struct ChosenWeights {
    std::vector<double> values;
    int solves = 0;  ///< of the small problem, to choose them
};

/// The given weights, and for automatic ones the fixed point of weight = noise of the first target / noise of
/// this one, for which the joined fit is the one of largest likelihood when the errors of each target are
/// independent and of one size. Held-out rows take part in the noise, so that energies that are few enough to
/// be fitted exactly do not take over. A few solves of small R factors; a target without rows keeps weight 1.
/// Local. Throws as solve_ridge.
ChosenWeights choose_weights(std::span<const RFactorPair> factors, std::span<const Weight> weights,
                             const RidgeOptions& options);

}  // namespace rfhgn::linalg
