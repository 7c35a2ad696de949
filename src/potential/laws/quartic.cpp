#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = k s²/2 + β k s⁴/4, s = r − r0.
struct Spring {
    explicit Spring(const Values& values) : beta(values.at("quartic")) {}
    double beta;

    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double s2 = (r - pair.length) * (r - pair.length);
        return pair.scale * s2 * (0.5 + 0.25 * beta * s2);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double s = r - pair.length;
        return pair.scale * s * (1.0 + beta * s * s);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double s = r - pair.length;
        return pair.scale * (1.0 + 3.0 * beta * s * s);
    }
    [[nodiscard]] double well(double length) const { return length; }
};

}  // namespace

Law quartic() {
    return {.name = "quartic",
            .parameters = {{"quartic", 1.0, Range::at_least(0.0), "1/length^2",
                            "beta of V = k s^2/2 + beta k s^4/4"}},
            .bond = {"of a spring", "of a spring", form<Spring>}};
}

}  // namespace rfhgn::potential
