#include "rfhgn/graph/box.hpp"

#include <array>
#include <cmath>

#include <catch2/catch.hpp>

#include "rfhgn/base/error.hpp"

using namespace rfhgn;
using namespace rfhgn::graph;

namespace {

Box triclinic() {
    Box box;
    box.origin = {-1.0, 0.5, 2.0};
    box.vectors = {Vector3{5, 0, 0}, Vector3{1.5, 4, 0}, Vector3{-2, 1, 6}};
    box.periodic = {true, true, true};
    return box;
}

}  // namespace

TEST_CASE("volume and widths of a triclinic box") {
    const Box box = triclinic();
    CHECK(volume(box) == Approx(120.0));
    const auto width = widths(box);
    CHECK(width[2] == Approx(6.0));
    // the face of b and c has the area |b x c| = |(24, -9, 9.5)|
    CHECK(width[0] == Approx(120.0 / std::sqrt(24.0 * 24.0 + 9.0 * 9.0 + 9.5 * 9.5)));
}

TEST_CASE("fractional coordinates and back") {
    const Box box = triclinic();
    const std::array<double, 3> position{3.3, -1.7, 4.4};
    const auto back = cartesian(box, fractional(box, position));
    for (std::size_t k = 0; k < 3; ++k) CHECK(back[k] == Approx(position[k]).margin(1e-14));
}

TEST_CASE("wrapping moves a particle by whole cell vectors, along periodic ones only") {
    Box box = triclinic();
    box.periodic[2] = false;
    std::array<double, 3> position{17.0, -9.0, 33.0};
    const auto before = position;
    const auto image = wrap(box, position);
    const auto shift = displacement(box, image);
    const auto s = fractional(box, position);
    CHECK(image[2] == 0);
    for (std::size_t k = 0; k < 2; ++k) CHECK((s[k] >= 0 && s[k] < 1));
    for (std::size_t k = 0; k < 3; ++k) CHECK(position[k] + shift[k] == Approx(before[k]));
}

TEST_CASE("opposite images are exact opposites") {
    Box box = triclinic();
    box.vectors[2] = {-2.0 / 3.0, 0.1, 6.7};
    const auto there = displacement(box, {1, -2, 3});
    const auto back = displacement(box, {-1, 2, -3});
    for (std::size_t k = 0; k < 3; ++k) CHECK(there[k] == -back[k]);
}

TEST_CASE("boxes that enclose nothing are refused") {
    Box flat = triclinic();
    flat.vectors[2] = {1, 1, 0};
    CHECK_THROWS_AS(check(flat), InputError);
    Box left_handed = triclinic();
    left_handed.vectors[0] = {-5, 0, 0};
    CHECK_THROWS_AS(check(left_handed), InputError);
    CHECK_NOTHROW(check(triclinic()));
}
