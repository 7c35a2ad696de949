#include "rfhgn/model/many_body/core_repulsion.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/species.hpp"
#include "rfhgn/potential/switching.hpp"

#include "channels.hpp"

namespace rfhgn::model::many_body {

namespace {

struct Screening {
    double weight;
    double rate;
};
constexpr std::array<Screening, 4> screening{
    {{0.18175, 3.19980}, {0.50986, 0.94229}, {0.28022, 0.40290}, {0.02817, 0.20162}}};

PairEnergy bare(const CoreRepulsion& core, double z1, double z2, double r) {
    const double length = 0.8854 * core.bohr / (std::pow(z1, 0.23) + std::pow(z2, 0.23));
    double phi = 0;
    double phi_slope = 0;
    for (const auto [weight, rate] : screening) {
        const double term = weight * std::exp(-rate * r / length);
        phi += term;
        phi_slope -= rate / length * term;
    }
    const double coulomb = core.coulomb * z1 * z2 / r;
    return {coulomb * phi, coulomb * (phi_slope - phi / r)};
}

/// Where atoms are near enough for their nuclei to matter, in eV.
constexpr double hard = 4;

double hard_distance(double z1, double z2) {
    const CoreRepulsion units;
    double below = 0;
    double above = 10;
    for (int k = 0; k < 60; ++k) {
        const double r = (below + above) / 2;
        (bare(units, z1, z2, r).energy > hard ? below : above) = r;
    }
    return above;
}

}  // namespace

CoreRepulsion core_repulsion(const Basis& basis, std::vector<double> charges) {
    const auto pairs = static_cast<std::size_t>(SpeciesPairs(basis.species).pairs());
    require(charges.size() == basis.species.size(), {}, "{} nuclear charges for {} species", charges.size(),
            basis.species.size());
    require(basis.inner.size() == pairs, {},
            "a core repulsion needs an inner switch for each of {} pairs of species", pairs);
    return {.charge = std::move(charges), .range = basis.inner};
}

std::vector<InnerSwitch> inner_switches(std::span<const double> shortest, std::span<const double> charges) {
    const std::size_t species = charges.size();
    require(shortest.size() == species * (species + 1) / 2 && species > 0, {},
            "{} shortest distances of pairs for {} species", shortest.size(), species);
    const double least = *std::ranges::min_element(shortest);
    require(std::isfinite(least) && least > 0, {}, "the shortest distance of the data is {}", least);
    const auto like = [&](int a) {
        const double met = shortest[pair_place(a, a)];
        return std::isfinite(met) ? met : least;
    };
    std::vector<InnerSwitch> switches;
    for (int b = 0; b < static_cast<int>(species); ++b)
        for (int a = 0; a <= b; ++a)
            switches.push_back(inner_switch(std::min({shortest[pair_place(a, b)], (like(a) + like(b)) / 2,
                                                      hard_distance(charges[static_cast<std::size_t>(a)],
                                                                    charges[static_cast<std::size_t>(b)])})));
    return switches;
}

PairEnergy core_pair(const CoreRepulsion& core, int first, int second, double r) {
    if (core.none()) return {};
    const InnerSwitch range = core.range[pair_place(first, second)];
    if (r >= range.to) return {};
    const double z1 = core.charge[static_cast<std::size_t>(first)];
    const double z2 = core.charge[static_cast<std::size_t>(second)];
    const auto [energy, slope] = bare(core, z1, z2, r);
    const potential::Switch outer{range.from, range.to};
    return {energy * outer.value(r), slope * outer.value(r) + energy * outer.slope(r)};
}

}  // namespace rfhgn::model::many_body
