#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "rfhgn/potential/switching.hpp"

#include "every_form.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using potential::CoefficientBatch;
using potential::Coefficients;
using potential::Truncation;

namespace {

constexpr std::size_t count = 61;  // not a multiple of any vector
constexpr double cutoff = 2.5;
constexpr double smooth_from = 2.0;

std::vector<double> distances() {
    std::vector<double> r(count);
    for (std::size_t e = 0; e < count; ++e) r[e] = 0.8 + 0.03 * static_cast<double>(e);  // to 2.6
    return r;
}

struct Evaluated {
    std::vector<double> slope = std::vector<double>(count);
    std::vector<double> energy = std::vector<double>(count);
};

/// What a kernel of this truncation must find, from the functions of single distances.
Evaluated expected(const potential::PairFunction& function, const Truncation& truncation,
                   const std::vector<Coefficients>& pairs) {
    const potential::Switch fade{smooth_from, cutoff};
    Evaluated all;
    const auto r = distances();
    for (std::size_t e = 0; e < count; ++e) {
        const double energy = function.energy(pairs[e], r[e]);
        const double slope = function.slope(pairs[e], r[e]);
        const bool inside = r[e] < cutoff;
        if (truncation.kind == Truncation::Kind::none) {
            all.energy[e] = energy;
            all.slope[e] = slope;
        } else if (truncation.kind == Truncation::Kind::sharp) {
            all.energy[e] = inside ? energy - pairs[e].shift : 0.0;
            all.slope[e] = inside ? slope : 0.0;
        } else {
            all.energy[e] = energy * fade.value(r[e]);
            all.slope[e] = slope * fade.value(r[e]) + energy * fade.slope(r[e]);
        }
    }
    return all;
}

void check_equal(const Evaluated& found, const Evaluated& wanted) {
    for (std::size_t e = 0; e < count; ++e) {
        INFO("edge " << e);
        CHECK(found.slope[e] == Approx(wanted.slope[e]).epsilon(1e-13).margin(1e-14));
        CHECK(found.energy[e] == Approx(wanted.energy[e]).epsilon(1e-13).margin(1e-14));
    }
}

}  // namespace

TEST_CASE("kernels of every law find what its functions say, for equal pairs and for pairs of their own") {
    const auto r = distances();
    for (const auto& [name, function] : every_form()) {
        for (const auto kind : {Truncation::Kind::none, Truncation::Kind::sharp, Truncation::Kind::smooth}) {
            INFO(name << ", truncation " << static_cast<int>(kind));
            const Truncation truncation{kind, smooth_from, cutoff};
            const auto kernel = function->kernel(truncation);
            auto one = function->coefficients(1.3, 1.05);
            one.shift = kind == Truncation::Kind::sharp ? 0.125 : 0.0;
            Evaluated found;
            kernel->evaluate(one, r, found.slope, found.energy);
            check_equal(found, expected(*function, truncation, std::vector<Coefficients>(count, one)));

            CoefficientBatch raw{};
            CoefficientBatch prepared{};
            std::vector<Coefficients> pairs;
            for (std::size_t e = 0; e < count; ++e) {
                raw.scale[e] = 0.5 + 0.01 * static_cast<double>(e);
                raw.length[e] = 1.2 - 0.005 * static_cast<double>(e);
                pairs.push_back(function->coefficients(raw.scale[e], raw.length[e]));
                pairs[e].shift = kind == Truncation::Kind::sharp ? 0.001 * static_cast<double>(e) : 0.0;
                prepared.scale[e] = pairs[e].scale;
                prepared.length[e] = pairs[e].length;
                prepared.shift[e] = pairs[e].shift;
            }
            kernel->evaluate(prepared, r, found.slope, found.energy);
            check_equal(found, expected(*function, truncation, pairs));

            for (auto& pair : pairs) pair.shift = 0.0;
            kernel->evaluate_unprepared(raw, r, found.slope, found.energy);
            check_equal(found, expected(*function, truncation, pairs));

            Evaluated slopes_only;
            kernel->evaluate_unprepared(raw, r, slopes_only.slope, {});
            CHECK(slopes_only.slope == found.slope);
        }
    }
}
