#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "rfhgn/model/many_body/basis.hpp"

#include "lanes.hpp"

namespace rfhgn::model::many_body {

/// g_n(r) and its slope for eight distances; n < 8 Blocks, zero beyond the basis.
template <std::size_t Blocks>
class RadialKernel {
  public:
    static constexpr std::size_t count = Blocks * lane_count;

    explicit RadialKernel(const Basis& basis)
        : inverse_cutoff_(1 / basis.cutoff), exponent_(basis.cutoff_exponent) {
        const auto mixing = radial_mixing(basis);
        const auto leading = static_cast<std::size_t>(basis.radial);
        // Of a basis that is larger, which is not of this kernel, the rest would not fit.
        const std::size_t n = std::min(leading, count);
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t m = 0; m <= k; ++m) mixing_[k][m] = mixing[k * leading + m];
    }

    [[gnu::always_inline]] void values(const Lanes& r, InnerSwitch inner, Lanes (&value)[count]) const {
        Lanes f;
        Lanes slope;
        envelope(r, inner, f, slope);
        const Lanes t = 2 * inverse_cutoff_ * r - 1.0;
        Lanes chebyshev[count];
        chebyshev[0] = f;
        chebyshev[1] = f * t;
        for (std::size_t m = 2; m < count; ++m) chebyshev[m] = 2.0 * t * chebyshev[m - 1] - chebyshev[m - 2];
        mix(chebyshev, value);
    }

    [[gnu::always_inline]] void values_and_slopes(const Lanes& r, InnerSwitch inner, Lanes (&value)[count],
                                                  Lanes (&slope)[count]) const {
        Lanes f;
        Lanes df;
        envelope(r, inner, f, df);
        const Lanes t = 2 * inverse_cutoff_ * r - 1.0;
        const Lanes dt = broadcast(2 * inverse_cutoff_);
        Lanes product[count];
        Lanes derivative[count];
        product[0] = f;
        derivative[0] = df;
        product[1] = f * t;
        derivative[1] = df * t + f * dt;
        for (std::size_t m = 2; m < count; ++m) {
            product[m] = 2.0 * t * product[m - 1] - product[m - 2];
            derivative[m] = 2.0 * (dt * product[m - 1] + t * derivative[m - 1]) - derivative[m - 2];
        }
        mix(product, value);
        mix(derivative, slope);
    }

  private:
    /// The cutoff function times the inner switch, and the slope.
    [[gnu::always_inline]] void envelope(const Lanes& r, InnerSwitch inner, Lanes& f, Lanes& slope) const {
        const Lanes x = r * inverse_cutoff_;
        const Lanes gap = 1.0 - x * x;
        Lanes power = gap;
        for (int k = 2; k < exponent_; ++k) power *= gap;
        f = power * gap;
        slope = (-2.0 * exponent_ * inverse_cutoff_) * x * power;
        if (inner.to <= 0) return;
        const double inverse = 1 / (inner.to - inner.from);
        Lanes s = (r - inner.from) * inverse;
        s = s > 0.0 ? s : Lanes{};
        s = s < 1.0 ? s : broadcast(1.0);
        const Lanes step = s * s * s * (10.0 - s * (15.0 - 6.0 * s));
        const Lanes step_slope = (30.0 * inverse) * (s * s * (1.0 - s) * (1.0 - s));
        slope = slope * step + f * step_slope;
        f = f * step;
    }

    [[gnu::always_inline]] void mix(const Lanes (&from)[count], Lanes (&to)[count]) const {
        for (std::size_t k = 0; k < count; ++k) {
            Lanes sum = mixing_[k][0] * from[0];
            for (std::size_t m = 1; m <= k; ++m) sum += mixing_[k][m] * from[m];
            to[k] = sum;
        }
    }

    double inverse_cutoff_;
    int exponent_;
    double mixing_[count][count] = {};
};

}  // namespace rfhgn::model::many_body
