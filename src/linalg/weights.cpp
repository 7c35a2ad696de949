#include "weights.hpp"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <cstddef>

#include "rfhgn/base/error.hpp"

#include "r_factor_merger.hpp"

namespace rfhgn::linalg {

namespace {

constexpr int most_solves = 10;
constexpr int undamped_solves = 4;
constexpr double close_enough = 0.1;  // relative: the fit depends on weights near the best in second order
constexpr double most_change = 1e4;   // of the ratio of right-hand sides, where targets are fitted exactly

RFactor scaled(RFactor r_factor, double weight) {
    if (weight != 1.0)
        for (double& value : r_factor.values) value *= weight;
    return r_factor;
}

// Σ over training rows of the target of their leverages.
double degrees_of_freedom(const RFactor& target, double weight, const RidgeSolution& fit) {
    const int n = target.columns;
    std::vector<double> w(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
    for (std::ptrdiff_t column = 0; column < n; ++column)
        for (std::ptrdiff_t row = 0; row <= column; ++row)
            w[row + column * n] = weight * target.values[row + column * (n + 1)] / fit.scale[column];
    cblas_dtrsm(CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, n, n, 1.0,
                fit.factor.data(), n, w.data(), n);
    const double norm = cblas_dnrm2(n * n, w.data(), 1);
    return norm * norm;
}

double rms_rhs(const RFactor& r_factor) {
    return std::sqrt(r_factor.squared_rhs() / static_cast<double>(std::max<GlobalIndex>(1, r_factor.rows)));
}

}  // namespace

RFactorPair joined(std::span<const RFactorPair> factors, std::span<const double> weights) {
    RFHGN_ASSERT(!factors.empty() && factors.size() == weights.size());
    RFactorMerger merger;
    RFactorPair result{scaled(factors.front().training, weights.front()),
                       scaled(factors.front().held_out, weights.front())};
    for (std::size_t t = 1; t < factors.size(); ++t) {
        merger.merge(result.training, scaled(factors[t].training, weights[t]));
        merger.merge(result.held_out, scaled(factors[t].held_out, weights[t]));
    }
    return result;
}

double target_noise(const RFactorPair& target, double weight, const RidgeSolution& fit) {
    const auto rms = [&](const RFactor& r_factor, double freedom) {
        return std::sqrt(r_factor.squared_residual(fit.coefficients) / std::max(1.0, freedom));
    };
    if (target.training.rows == 0 && target.held_out.rows == 0) return 0;
    const double freedom =
        static_cast<double>(target.training.rows) - degrees_of_freedom(target.training, weight, fit);
    const double training = rms(target.training, freedom);
    if (target.held_out.rows == 0) return training;
    return std::max(training, rms(target.held_out, static_cast<double>(target.held_out.rows)));
}

ChosenWeights choose_weights(std::span<const RFactorPair> factors, std::span<const Weight> weights,
                             const RidgeOptions& options) {
    ChosenWeights chosen;
    std::vector<double> start;
    const double first = rms_rhs(factors.front().training);
    for (std::size_t t = 0; t < factors.size(); ++t) {
        const double own = rms_rhs(factors[t].training);
        start.push_back(first > 0 && own > 0 ? first / own : 1.0);
        chosen.values.push_back(weights[t].automatic ? start[t] : weights[t].value);
    }
    double change = 1;
    const auto open = [&](std::size_t t) { return weights[t].automatic && factors[t].training.rows > 0; };
    const auto all_given = [&] {
        for (std::size_t t = 0; t < factors.size(); ++t)
            if (open(t)) return false;
        return true;
    };
    if (all_given()) return chosen;
    while (change > close_enough && chosen.solves < most_solves) {
        const auto fit = solve_ridge(joined(factors, chosen.values), options);
        ++chosen.solves;
        change = 0;
        const double noise = target_noise(factors.front(), chosen.values.front(), fit);
        const auto before = chosen.values;
        for (std::size_t t = 1; t < factors.size(); ++t) {
            if (!open(t)) continue;
            const double own = target_noise(factors[t], before[t], fit);
            double next = noise > 0 && own > 0 ? noise / own : before[t];
            next = std::clamp(next, start[t] / most_change, start[t] * most_change);
            if (chosen.solves > undamped_solves) next = std::sqrt(next * before[t]);
            change = std::max(change, std::fabs(std::log(next / before[t])));
            chosen.values[t] = next;
        }
    }
    return chosen;
}

}  // namespace rfhgn::linalg
