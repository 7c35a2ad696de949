#include "rfhgn/training/r_factors.hpp"

#include <algorithm>
#include <functional>

#include "rfhgn/base/error.hpp"

namespace rfhgn::training {

namespace {

std::vector<double> plus(std::vector<double> a, const std::vector<double>& b) {
    RFHGN_ASSERT(a.size() == b.size());
    std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::plus<>());
    return a;
}

}  // namespace

// R factors of the same rows have the same bits.
bool share_data(const RFactors& a, const RFactors& b) {
    if (!a.data.empty() && !b.data.empty()) return std::ranges::find_first_of(a.data, b.data) != a.data.end();
    const auto force = [](const RFactors& of) {
        return linalg::packed(of.by_target.at(Target::force).training);
    };
    return a.snapshots == b.snapshots && force(a) == force(b);
}

RFactors merge(const RFactors& a, const RFactors& b) {
    RFactors result{a.by_target, a.weights, a.energies + b.energies, a.snapshots + b.snapshots,
                    a.held_out_snapshots + b.held_out_snapshots};
    result.data = a.data;
    result.data.insert(result.data.end(), b.data.begin(), b.data.end());
    for (const auto& [target, r_factors] : b.by_target) {
        const auto [at, absent] = result.by_target.try_emplace(target, r_factors);
        if (!absent) at->second = linalg::merge(a.by_target.at(target), r_factors);
    }
    for (const auto& [target, weight] : b.weights) {
        const auto [at, absent] = result.weights.try_emplace(target, weight);
        if (!absent && !(at->second == weight)) at->second.automatic = true;
    }
    return result;
}

EnergySums operator+(const EnergySums& a, const EnergySums& b) {
    return {plus(a.kinetic, b.kinetic), plus(a.message, b.message), a.exact + b.exact, a.edges + b.edges};
}

}  // namespace rfhgn::training
