#include <cmath>

#include <fmt/format.h>

#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = D (1 − (r0/r)⁶)², counted from the bottom of the well: scale D, length r0².
struct Bond {
    [[nodiscard]] Coefficients coefficients(double depth, double r0) const { return {depth, r0 * r0}; }
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double s2 = pair.length / (r * r);
        const double rise = 1.0 - s2 * s2 * s2;
        return pair.scale * rise * rise;
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double inverse = 1.0 / (r * r);
        const double s2 = pair.length * inverse;
        const double s6 = s2 * s2 * s2;
        return 12.0 * pair.scale * s6 * (1.0 - s6) * (r * inverse);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double s6 = std::pow(pair.length / (r * r), 3);
        return 12.0 * pair.scale * s6 * (13.0 * s6 - 7.0) / (r * r);
    }
    [[nodiscard]] double well(double length) const { return length; }
    [[nodiscard]] std::vector<Mistake> mistakes(double length) const {
        if (length > 0) return {};
        return {
            {"rest_length", fmt::format("{} must be above 0: particles cannot rest in one place", length)}};
    }
};

/// V = 4ε((σ/r)¹² − (σ/r)⁶), counted from particles that are apart: scale 4ε, length σ².
struct Pair {
    [[nodiscard]] Coefficients coefficients(double epsilon, double sigma) const {
        return {4.0 * epsilon, sigma * sigma};
    }
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double s2 = pair.length / (r * r);
        const double s6 = s2 * s2 * s2;
        return pair.scale * s6 * (s6 - 1.0);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double inverse = 1.0 / (r * r);
        const double s2 = pair.length * inverse;
        const double s6 = s2 * s2 * s2;
        return pair.scale * s6 * (6.0 - 12.0 * s6) * (r * inverse);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double s6 = std::pow(pair.length / (r * r), 3);
        return pair.scale * s6 * (156.0 * s6 - 42.0) / (r * r);
    }
    [[nodiscard]] double well(double length) const { return length * std::pow(2.0, 1.0 / 6.0); }
};

}  // namespace

Law lennard_jones() {
    return {.name = "lennard_jones",
            .bond = {"depth of the well", "distance of the well", form<Bond>},
            .fluid = {"depth of the well", "where the energy is 0", form<Pair>},
            .core = 0.6};
}

}  // namespace rfhgn::potential
