#include "rfhgn/potential/registry.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "rfhgn/base/error.hpp"
#include "rfhgn/potential/form.hpp"

using namespace rfhgn;
using namespace rfhgn::potential;

namespace {

struct Constant {
    [[nodiscard]] double energy(Coefficients pair, double /*r*/) const { return pair.scale; }
    [[nodiscard]] double slope(Coefficients /*pair*/, double /*r*/) const { return 0.0; }
    [[nodiscard]] double curvature(Coefficients /*pair*/, double /*r*/) const { return 0.0; }
    [[nodiscard]] double well(double length) const { return length; }
};

Law law_named(std::string name) {
    return {.name = std::move(name), .bond = {"level", "", form<Constant>}};
}

}  // namespace

TEST_CASE("laws are found by name") {
    REQUIRE(find_law("lennard_jones") != nullptr);
    CHECK(find_law("lennard_jones")->name == "lennard_jones");
    CHECK(find_law("lennard") == nullptr);
    CHECK(laws().front().name == "harmonic");
}

TEST_CASE("a law is refused whose name, use or parameters make no sense") {
    const auto known = laws().size();
    CHECK_THROWS_WITH(add_law(law_named("morse")), Catch::Contains("a potential morse already"));
    CHECK_THROWS_WITH(add_law({.name = "idle"}), Catch::Contains("neither for bonds nor for fluids"));
    auto other = law_named("other");
    other.parameters = {{"softening", 5.0, Range::positive(), "length", "another meaning"}};
    CHECK_THROWS_AS(add_law(other), InputError);
    CHECK_THROWS_WITH(add_law(other),
                      Catch::Contains("gravity and other have different parameters softening"));
    CHECK(laws().size() == known);
}

TEST_CASE("shared parameters are listed once, with all laws that read them") {
    const auto all = shared_parameters();
    const auto morse = std::find_if(
        all.begin(), all.end(), [](const auto& shared) { return shared.parameter.name == "morse_width"; });
    REQUIRE(morse != all.end());
    REQUIRE(morse->laws.size() == 1);
    CHECK(morse->laws[0] == find_law("morse"));
    for (const auto& one : all)
        CHECK(std::count_if(all.begin(), all.end(), [&](const auto& other) {
                  return other.parameter.name == one.parameter.name;
              }) == 1);
}

TEST_CASE("values that are not given are the defaults, and ranges know their ends") {
    const auto& gravity = *find_law("gravity");
    CHECK(values_of(gravity, {}) == Values{{"softening", 0.1}});
    CHECK(values_of(gravity, {{"softening", 0.5}, {"quartic", 2.0}}) == Values{{"softening", 0.5}});
    CHECK(Range::at_least(0.0).holds(0.0));
    CHECK_FALSE(Range::positive().holds(0.0));
    CHECK(Range::any().holds(-5.0));
    CHECK_FALSE(Range::any().holds(std::numeric_limits<double>::infinity()));
}
