#include "rfhgn/systems/fluid_options.hpp"

#include <fmt/format.h>

#include "law_options.hpp"

namespace rfhgn::systems {

using config::Interval;
using potential::Law;
using potential::Use;

void FluidOptions::bind(config::Section section) {
    section.choice("units", units, {"lj", "metal"},
                   "of a cutoff graph: reduced, or Angstrom, eV, ps, K and masses in g/mol");
    section.choice(
        "lattice", lattice, {"fcc", "bcc", "hcp", "sc", "diamond", "random"},
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
    section.numbers(
        "epsilon", epsilon, Interval::positive(), "energy",
        fmt::format("of a pair of particles: {}. One number, one a species ({} for unlike pairs) or "
                    "one a pair (11, 12, .., 22, ..)",
                    meanings(&Law::fluid, &Use::strength), mixings(&Law::strength_mixing)));
    section.numbers("sigma", sigma, Interval::positive(), "length",
                    fmt::format("of a pair of particles: {}. Given like epsilon, with {}",
                                meanings(&Law::fluid, &Use::length), mixings(&Law::length_mixing)));
    section.numbers("species", species, Interval::between(0.0, 1.0), "",
                    "fraction of the particles that each species has");
    section.numbers("masses", masses, Interval::positive(), "mass", "of each species; default: mass for all");
}

}  // namespace rfhgn::systems
