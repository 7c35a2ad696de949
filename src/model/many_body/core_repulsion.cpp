#include "rfhgn/model/many_body/core_repulsion.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/species.hpp"
#include "rfhgn/potential/switching.hpp"

namespace rfhgn::model::many_body {

namespace {

struct Screening {
    double weight;
    double rate;
};
constexpr std::array<Screening, 4> screening{
    {{0.18175, 3.19980}, {0.50986, 0.94229}, {0.28022, 0.40290}, {0.02817, 0.20162}}};

std::size_t pair_number(int a, int b) {
    return static_cast<std::size_t>(std::max(a, b) * (std::max(a, b) + 1) / 2 + std::min(a, b));
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

PairEnergy core_pair(const CoreRepulsion& core, int first, int second, double r) {
    if (core.none()) return {};
    const InnerSwitch range = core.range[pair_number(first, second)];
    if (r >= range.to) return {};
    const double z1 = core.charge[static_cast<std::size_t>(first)];
    const double z2 = core.charge[static_cast<std::size_t>(second)];
    const double length = 0.8854 * core.bohr / (std::pow(z1, 0.23) + std::pow(z2, 0.23));
    double phi = 0;
    double phi_slope = 0;
    for (const auto [weight, rate] : screening) {
        const double term = weight * std::exp(-rate * r / length);
        phi += term;
        phi_slope -= rate / length * term;
    }
    const double coulomb = core.coulomb * z1 * z2 / r;
    const double energy = coulomb * phi;
    const double slope = coulomb * (phi_slope - phi / r);
    const potential::Switch outer{range.from, range.to};
    return {energy * outer.value(r), slope * outer.value(r) + energy * outer.slope(r)};
}

}  // namespace rfhgn::model::many_body
