#include "rfhgn/systems/fluid_options.hpp"

#include <cmath>

namespace rfhgn::systems {

using config::Interval;

void FluidOptions::bind(config::Section section) {
    section.choice("units", units, {"lj", "metal"},
                   "of a cutoff graph: reduced, or Angstrom, eV, ps, K and masses in g/mol");
    section.choice(
        "lattice", lattice, {"fcc", "bcc", "hcp", "sc", "random"},
        "where particles of a cutoff graph begin; size counts its unit cells per direction, of random "
        "sites all particles");
    section.number("density", density, Interval::at_least(0.0), "1/length^dimension",
                   "particles per volume; 0: lattice_constant says it");
    section.number("lattice_constant", lattice_constant, Interval::at_least(0.0), "length",
                   "side of the unit cell; 0: density says it");
    section.number("minimum_distance", minimum_distance, Interval::at_least(0.0), "length",
                   "no two random sites are nearer; 0: 0.8 of the distance of a simple cubic lattice");
    section.choices("boundary", boundary, {"periodic", "open"},
                    "of the box of a cutoff graph, for all directions or for each");
    section.numbers(
        "tilt", tilt, Interval::any(), "length",
        "xy in the plane; xy, xz, yz in space: cell vectors (lx, 0, 0), (xy, ly, 0), (xz, yz, lz)");
    section.number("cutoff", cutoff, Interval::positive(), "length", "pairs nearer than this interact");
    section.number(
        "skin", skin, Interval::at_least(0.0), "length",
        "neighbours are listed up to cutoff + skin, until a particle moved half of it; default 0.3 in "
        "lj, 2 in metal");
    section.choice("truncation", truncation, {"cut", "shifted", "smooth"},
                   "energy at the cutoff: jumps, jumps in its slope, or two derivatives vanish");
    section.number("smooth_from", smooth_from, Interval::at_least(0.0), "length",
                   "where smooth truncation begins; 0: 0.8 of the cutoff");
    section.numbers("epsilon", epsilon, Interval::positive(), "energy",
                    "depth of a pair's well, height of Yukawa's energy at sigma: one number, one a species "
                    "(geometric means for unlike pairs) or one a pair (11, 12, .., 22, ..)");
    section.numbers(
        "sigma", sigma, Interval::positive(), "length",
        "where the energy of a pair is 0 (lennard_jones), least (morse) or epsilon (yukawa); given like "
        "epsilon, with arithmetic means");
    section.number("screening", screening, Interval::positive(), "1/length",
                   "kappa of V = epsilon sigma/r exp(-kappa (r - sigma))");
    section.numbers("species", species, Interval::between(0.0, 1.0), "",
                    "fraction of the particles that each species has");
    section.numbers("masses", masses, Interval::positive(), "mass", "of each species; default: mass for all");
}

std::vector<double> pair_values(const std::vector<double>& given, std::size_t species, Mixing mixing) {
    std::vector<double> table;
    const bool one = given.size() == 1;
    if (!one && given.size() != species && given.size() != species * (species + 1) / 2) return table;
    const auto value = [&](std::size_t a, std::size_t b) {  // a <= b
        if (one) return given[0];
        if (given.size() != species) return given[a * species - a * (a + 1) / 2 + b];
        if (mixing == Mixing::arithmetic) return 0.5 * (given[a] + given[b]);
        return a == b ? given[a] : std::sqrt(given[a] * given[b]);
    };
    for (std::size_t a = 0; a < species; ++a)
        for (std::size_t b = 0; b < species; ++b) table.push_back(a < b ? value(a, b) : value(b, a));
    return table;
}

}  // namespace rfhgn::systems
