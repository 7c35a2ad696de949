#include "rfhgn/model/pairwise/radial.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/potential/switching.hpp"

namespace rfhgn::model {

namespace {

struct Name {
    RadialTransform input;
    const char* name;
};
// Of x = r^−power.
constexpr std::array powers{-1, 1, 2, 3, 6};
constexpr std::array names{Name{RadialTransform::distance, "distance"},
                           Name{RadialTransform::inverse, "inverse"},
                           Name{RadialTransform::inverse_square, "inverse_square"},
                           Name{RadialTransform::inverse_cube, "inverse_cube"},
                           Name{RadialTransform::inverse_sixth, "inverse_sixth"}};

// x = r^−Power, dx/dr = −Power x / r.
template <int Power>
void inverse_powers(std::span<const double> r, std::span<double> x, std::span<double> slope) {
    const auto power = [](double y) {
        if constexpr (Power == 1) return y;
        if constexpr (Power == 2) return y * y;
        if constexpr (Power == 3) return y * y * y;
        return (y * y * y) * (y * y * y);
    };
    for (std::size_t i = 0; i < r.size(); ++i) x[i] = power(1.0 / r[i]);
    if (slope.empty()) return;
    for (std::size_t i = 0; i < r.size(); ++i) slope[i] = -Power * x[i] / r[i];
}

}  // namespace

RadialTransform parse_radial_transform(const std::string& name) {
    for (const auto& known : names)
        if (name == known.name) return known.input;
    throw InputError(fmt::format("distance input '{}' is not known", name),
                     "use distance, inverse, inverse_square, inverse_cube or inverse_sixth");
}

std::string to_string(RadialTransform input) {
    for (const auto& known : names)
        if (input == known.input) return known.name;
    RFHGN_ASSERT(false);
}

double distance_of(RadialTransform input, double x) {
    return std::pow(x, -1.0 / powers[static_cast<std::size_t>(input)]);
}

void transform_distances(RadialTransform input, std::span<const double> r, std::span<double> x,
                         std::span<double> slope) {
    switch (input) {
        case RadialTransform::distance:
            std::copy(r.begin(), r.end(), x.begin());
            std::fill(slope.begin(), slope.end(), 1.0);
            return;
        case RadialTransform::inverse:
            return inverse_powers<1>(r, x, slope);
        case RadialTransform::inverse_square:
            return inverse_powers<2>(r, x, slope);
        case RadialTransform::inverse_cube:
            return inverse_powers<3>(r, x, slope);
        case RadialTransform::inverse_sixth:
            return inverse_powers<6>(r, x, slope);
    }
    RFHGN_ASSERT(false);
}

void cut_off(const Cutoff& cutoff, std::span<const double> r, std::span<double> factor,
             std::span<double> slope) {
    if (cutoff.none() || !cutoff.smooth) {
        for (std::size_t i = 0; i < r.size(); ++i) factor[i] = cutoff.beyond(r[i]) ? 0.0 : 1.0;
        std::fill(slope.begin(), slope.end(), 0.0);
        return;
    }
    const potential::Switch fade{cutoff.smooth_from, cutoff.radius};
    for (std::size_t i = 0; i < r.size(); ++i) {
        factor[i] = fade.value(r[i]);
        slope[i] = fade.slope(r[i]);
    }
}

std::string describe(const Cutoff& cutoff) {
    if (cutoff.none()) return "none";
    return cutoff.smooth ? fmt::format("smooth from {:g} to {:g}", cutoff.smooth_from, cutoff.radius)
                         : fmt::format("sharp at {:g}", cutoff.radius);
}

}  // namespace rfhgn::model
