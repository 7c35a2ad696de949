#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = k r²/2.
struct Spring {
    [[nodiscard]] double energy(Coefficients pair, double r) const { return 0.5 * pair.scale * r * r; }
    [[nodiscard]] double slope(Coefficients pair, double r) const { return pair.scale * r; }
    [[nodiscard]] double curvature(Coefficients pair, double /*r*/) const { return pair.scale; }
    [[nodiscard]] double well(double /*length*/) const { return 0.0; }
};

}  // namespace

Law zero_rest_length() {
    return {.name = "zero_rest_length", .bond = {"of a spring", "", form<Spring>}};
}

}  // namespace rfhgn::potential
