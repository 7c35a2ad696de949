#include "rfhgn/parallel/stopwatch.hpp"

#include <algorithm>
#include <chrono>

namespace rfhgn::parallel {

double wall_time() noexcept {
    using Clock = std::chrono::steady_clock;
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void PhaseTimes::add(std::string_view phase, double seconds) {
    const auto found =
        std::find_if(phases_.begin(), phases_.end(), [&](const auto& p) { return p.first == phase; });
    if (found == phases_.end())
        phases_.emplace_back(std::string(phase), seconds);
    else
        found->second += seconds;
}

double PhaseTimes::seconds(std::string_view phase) const {
    const auto found =
        std::find_if(phases_.begin(), phases_.end(), [&](const auto& p) { return p.first == phase; });
    return found == phases_.end() ? 0.0 : found->second;
}

}  // namespace rfhgn::parallel
