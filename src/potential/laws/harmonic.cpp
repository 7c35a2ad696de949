#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = k (r − r0)²/2.
struct Spring {
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        return 0.5 * pair.scale * (r - pair.length) * (r - pair.length);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const { return pair.scale * (r - pair.length); }
    [[nodiscard]] double curvature(Coefficients pair, double /*r*/) const { return pair.scale; }
    [[nodiscard]] double well(double length) const { return length; }
};

}  // namespace

Law harmonic() {
    return {.name = "harmonic", .bond = {"of a spring", "of a spring", form<Spring>}};
}

}  // namespace rfhgn::potential
