#include "score.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace rfhgn::training {

double Score::of_target(std::span<const double> squares, std::size_t target) const {
    std::vector<double> logs;
    for (std::size_t at = target; at < reference_.size(); at += targets_) {
        if (!std::isfinite(squares[at])) return std::numeric_limits<double>::infinity();
        if (reference_[at] > 0 && squares[at] > 0)
            logs.push_back(0.5 * std::log(squares[at] / reference_[at]));
    }
    if (logs.empty()) return 0;
    std::ranges::sort(logs);
    constexpr std::size_t many = 4;
    const std::ptrdiff_t left_out = logs.size() >= many ? 1 : 0;
    const auto begin = logs.begin() + left_out;
    const auto end = logs.end() - left_out;
    return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
}

double Score::operator()(std::span<const double> squares) const {
    constexpr double share_of_energies = 0.25;
    const double forces = of_target(squares, 0);
    if (energies_ < 0) return forces;
    return (1 - share_of_energies) * forces +
           share_of_energies * of_target(squares, static_cast<std::size_t>(energies_));
}

}  // namespace rfhgn::training
