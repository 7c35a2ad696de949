#pragma once

#include <cmath>

namespace rfhgn::potential {

/// S(r) that leads a pair energy smoothly to 0: 1 up to `from`, 0 from `to` on, between them
/// 1 − x³(10 − 15 x + 6 x²) with x = (r − from) / (to − from), so that value, slope and curvature are
/// continuous. Without branches, so that loops over it vectorise. Exactly 1 and 0 outside, with slope exactly
/// 0.
struct Switch {
    double from;
    double to;

    [[nodiscard]] double value(double r) const noexcept {
        const double x = part(r);
        return 1.0 - x * x * x * (10.0 - x * (15.0 - 6.0 * x));
    }
    /// dS/dr.
    [[nodiscard]] double slope(double r) const noexcept {
        const double x = part(r);
        return -30.0 / (to - from) * (x * x * (1.0 - x) * (1.0 - x));
    }
    /// d²S/dr².
    [[nodiscard]] double curvature(double r) const noexcept {
        const double x = part(r);
        return -60.0 / ((to - from) * (to - from)) * x * (1.0 - x) * (1.0 - 2.0 * x);
    }

  private:
    [[nodiscard]] double part(double r) const noexcept {
        const double x = (r - from) / (to - from);
        const double above = x > 0.0 ? x : 0.0;
        return above < 1.0 ? above : 1.0;
    }
};

}  // namespace rfhgn::potential
