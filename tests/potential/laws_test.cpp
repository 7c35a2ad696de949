// What holds for every registered law, whatever it is: a new one is tested by being registered.
#include <cmath>

#include <catch2/catch.hpp>

#include "every_form.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using potential::PairFunction;

namespace {

constexpr double strength = 1.7;
constexpr double length = 1.1;

/// Error of `found` against the central difference of `function` about r, over `scale`: of fourth order, by
/// Richardson's extrapolation of two steps.
template <class Function>
double derivative_error(Function function, double r, double found, double scale) {
    const auto difference = [&](double step) {
        return (function(r + step) - function(r - step)) / (2 * step);
    };
    constexpr double step = 1e-3;
    const double expected = (4.0 * difference(0.5 * step) - difference(step)) / 3.0;
    return std::abs(found - expected) / scale;
}

}  // namespace

TEST_CASE("slopes and curvatures of every law are derivatives of its energy") {
    REQUIRE(every_form().size() >= 3 * 10);
    for (const auto& [name, function] : every_form()) {
        const auto pair = function->coefficients(strength, length);
        const auto energy = [&, &f = *function](double r) { return f.energy(pair, r); };
        const auto slope = [&, &f = *function](double r) { return f.slope(pair, r); };
        for (double r = 0.7; r < 3.0; r += 0.0371) {
            INFO(name << " at " << r);
            const double scale = std::abs(energy(r)) + std::abs(slope(r)) + strength;
            CHECK(derivative_error(energy, r, slope(r), scale) < 1e-7);
            const double curvature = function->curvature(pair, r);
            CHECK(derivative_error(slope, r, curvature, scale + std::abs(curvature)) < 1e-7);
        }
    }
}

TEST_CASE("wells of every law are where its energy is least") {
    for (const auto& [name, function] : every_form()) {
        INFO(name);
        const auto pair = function->coefficients(strength, length);
        const double well = function->well(length);
        double before = function->energy(pair, 0.5);
        if (std::isinf(well)) {
            for (double r = 0.55; r < 5.0; r += 0.05) {
                CHECK(function->slope(pair, r) < 0.0);
                CHECK(function->energy(pair, r) < before);
                before = function->energy(pair, r);
            }
            continue;
        }
        const double least = function->energy(pair, well);
        CHECK(std::abs(function->slope(pair, well)) < 1e-12 * function->curvature(pair, well));
        CHECK(function->curvature(pair, well) > 0.0);
        const double rounding = 1e-14 * std::abs(least);
        for (double r = 0.5; r < 5.0; r += 0.05) CHECK(function->energy(pair, r) >= least - rounding);
        CHECK(potential::work_to_part(*function, pair, well) > 0.0);
    }
}

TEST_CASE("energies grow with the strength of a pair, in proportion") {
    for (const auto& [name, function] : every_form()) {
        INFO(name);
        const double once = function->energy(function->coefficients(1.0, length), 1.3);
        CHECK(once != 0.0);
        CHECK(function->energy(function->coefficients(2.5, length), 1.3) ==
              Approx(2.5 * once).epsilon(1e-14));
    }
}

TEST_CASE("work that parts a pair is the depth of its well, and without end for springs") {
    const auto work = [](const char* name, potential::Use potential::Law::*use) {
        const auto& law = *potential::find_law(name);
        const auto function = (law.*use).function(potential::values_of(law, {}));
        return potential::work_to_part(*function, function->coefficients(strength, length),
                                       function->well(length));
    };
    CHECK(work("morse", &potential::Law::bond) == Approx(strength));
    CHECK(work("morse", &potential::Law::fluid) == Approx(strength));
    CHECK(work("lennard_jones", &potential::Law::bond) == Approx(strength));
    CHECK(work("lennard_jones", &potential::Law::fluid) == Approx(strength));
    CHECK(work("gravity", &potential::Law::bond) == Approx(strength / 0.1));
    for (const char* spring : {"harmonic", "zero_rest_length", "quartic", "squared_distance"})
        CHECK(work(spring, &potential::Law::bond) > 1e100);
}

TEST_CASE("a law says what its parameters do not go with") {
    const auto mistakes = [](const char* name, potential::Use potential::Law::*use, potential::Values values,
                             double of_length) {
        const auto& law = *potential::find_law(name);
        return (law.*use).function(potential::values_of(law, values))->mistakes(of_length);
    };
    CHECK(mistakes("morse", &potential::Law::fluid, {}, 100).empty());
    const auto steep = mistakes("morse", &potential::Law::fluid, {{"morse_width", 50.0}}, 100);
    REQUIRE(steep.size() == 1);
    CHECK(steep[0].parameter == "morse_width");
    CHECK(steep[0].message == "50 is too steep for sigma 100");
    CHECK(mistakes("yukawa", &potential::Law::fluid, {{"screening", 1e3}}, 1.0).size() == 1);
    CHECK(mistakes("lennard_jones", &potential::Law::bond, {}, 0.0).size() == 1);
    CHECK(mistakes("harmonic", &potential::Law::bond, {}, 0.0).empty());
}
