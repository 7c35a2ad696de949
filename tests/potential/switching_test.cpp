#include "rfhgn/potential/switching.hpp"

#include <catch2/catch.hpp>

using namespace rfhgn;

TEST_CASE("the switch is flat at both ends and its derivatives are those of its value") {
    const potential::Switch s{1.7, 2.3};
    for (const double r : {0.0, 1.0, 1.7}) {
        CHECK(s.value(r) == 1.0);
        CHECK(s.slope(r) == 0.0);
        CHECK(s.curvature(r) == 0.0);
    }
    for (const double r : {2.3, 2.4, 50.0}) {
        CHECK(s.value(r) == 0.0);
        CHECK(s.slope(r) == 0.0);
        CHECK(s.curvature(r) == 0.0);
    }
    for (double r = 1.71; r < 2.29; r += 0.05) {
        const double h = 1e-5;
        CHECK(s.slope(r) == Approx((s.value(r + h) - s.value(r - h)) / (2 * h)).epsilon(1e-6));
        CHECK(s.curvature(r) ==
              Approx((s.slope(r + h) - s.slope(r - h)) / (2 * h)).epsilon(1e-5).margin(1e-6));
    }
}
