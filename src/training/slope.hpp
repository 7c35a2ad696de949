#pragma once

#include <span>
#include <string>

namespace rfhgn::training {

/// y = value x through the origin, least absolute deviations: no outlier turns it.
struct Slope {
    double value = 0;
    double scatter = 1;  ///< Σ |y − value x| / Σ |y|: 0 on a line
    std::size_t points = 0;

    /// Whether so many points lie on a line.
    [[nodiscard]] bool tells(std::size_t least = 3) const noexcept {
        return points >= least && scatter < 0.25;
    }
};
Slope slope_of(std::span<const double> x, std::span<const double> y);

/// Nearly one: what errors of finite steps may do, and no change of units does.
bool near_one(double ratio);

/// "-1.00", "27.2 (hartree in eV)": a ratio, with the conversion of units that it is, if any.
std::string ratio_text(double ratio);

}  // namespace rfhgn::training
