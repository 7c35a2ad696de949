#include <cmath>

#include <fmt/format.h>

#include "rfhgn/base/elementary.hpp"
#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = D (1 − exp(−a (r − r0)))², counted from the bottom of the well.
struct Bond {
    explicit Bond(const Values& values) : width(values.at("morse_width")) {}
    double width;

    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double rise = 1.0 - std::exp(-width * (r - pair.length));
        return pair.scale * rise * rise;
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double decay = std::exp(-width * (r - pair.length));
        return 2.0 * pair.scale * width * decay * (1.0 - decay);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double decay = std::exp(-width * (r - pair.length));
        return 2.0 * pair.scale * width * width * decay * (2.0 * decay - 1.0);
    }
    [[nodiscard]] double well(double length) const { return length; }
};

/// V = D ((1 − e)² − 1), e = exp(−a (r − r0)), counted from particles that are apart: scale D, length
/// exp(a r0).
struct Well {
    explicit Well(const Values& values) : width(values.at("morse_width")) {}
    double width;

    [[nodiscard]] Coefficients coefficients(double depth, double r0) const {
        return {depth, std::exp(width * r0)};
    }
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double e = pair.length * exponential(-width * r);
        return pair.scale * e * (e - 2.0);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double e = pair.length * exponential(-width * r);
        return 2.0 * width * pair.scale * e * (1.0 - e);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double e = pair.length * std::exp(-width * r);
        return 2.0 * width * width * pair.scale * e * (2.0 * e - 1.0);
    }
    [[nodiscard]] double well(double length) const { return length; }
    [[nodiscard]] std::vector<Mistake> mistakes(double length) const {
        if (width * length < 600) return {};  // exp(a r0) is finite
        return {{"morse_width", fmt::format("{} is too steep for sigma {}", width, length)}};
    }
};

}  // namespace

Law morse() {
    return {.name = "morse",
            .parameters = {{"morse_width", 1.0, Range::positive(), "1/length",
                            "a of V = D (1 - exp(-a s))^2, in a cutoff graph of epsilon ((1 - exp(-a (r - "
                            "sigma)))^2 - 1)"}},
            .bond = {"depth of the well", "distance of the well", form<Bond>},
            .fluid = {"depth of the well", "where the energy is least", form<Well>}};
}

}  // namespace rfhgn::potential
