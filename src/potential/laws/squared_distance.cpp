#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = k (r² − r0²)².
struct Spring {
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double difference = r * r - pair.length * pair.length;
        return pair.scale * difference * difference;
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        return 4.0 * pair.scale * r * (r * r - pair.length * pair.length);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        return 4.0 * pair.scale * (3.0 * r * r - pair.length * pair.length);
    }
    [[nodiscard]] double well(double length) const { return length; }
};

}  // namespace

Law squared_distance() {
    return {.name = "squared_distance", .bond = {"factor of (r^2 - r0^2)^2", "of a spring", form<Spring>}};
}

}  // namespace rfhgn::potential
