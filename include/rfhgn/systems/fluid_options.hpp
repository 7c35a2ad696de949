#pragma once

#include <string>
#include <vector>

#include "rfhgn/config/deck.hpp"

namespace rfhgn::systems {

/// The keys of a [system] table with graph = "cutoff": particles in a box, each pair nearer than the cutoff
/// joined.
///
/// Initial sites: unit cells of a lattice, `size` of them along each direction, or, for "random", a grid of
/// cells with one particle in as many of them as there are particles, moved at random within its cell so
/// that no two are nearer than minimum_distance.
///
/// A pair's strength and length, which its law reads (see potential/registry.hpp), are epsilon and sigma of
/// its species. Laws are cut at the cutoff, shifted to be 0 there, or multiplied by a potential::Switch from
/// smooth_from to the cutoff.
struct FluidOptions {
    std::string units = "lj";                       ///< lj, metal
    std::string lattice = "fcc";                    ///< fcc, bcc, hcp, sc, diamond, random
    double density = 0;                             ///< particles per volume; 0: lattice_constant says it
    double lattice_constant = 0;                    ///< side of the unit cell; 0: density says it
    double minimum_distance = 0;                    ///< of random sites; 0: 0.8 of their grid
    std::vector<std::string> boundary{"periodic"};  ///< periodic, open; one for all axes or one each
    std::vector<double> tilt;                       ///< xy, or xy, xz, yz of the cell; empty: right angles
    double cutoff = 0;
    double skin = -1;                   ///< of neighbour lists; below 0: 0.3 in lj, 2 in metal
    std::string truncation = "smooth";  ///< cut, shifted, smooth
    double smooth_from = 0;             ///< 0: 0.8 cutoff
    std::vector<double> epsilon{1.0};   ///< see potential::pair_values
    std::vector<double> sigma{1.0};
    std::vector<double> species{1.0};  ///< fraction of each, or numbers in any proportion that add up to 1
    std::vector<double> masses;        ///< of each species; empty: the system's mass for all

    void bind(config::Section section);

    [[nodiscard]] double skin_or_default() const { return skin >= 0 ? skin : units == "metal" ? 2.0 : 0.3; }
    [[nodiscard]] double smooth_from_or_default() const {
        return smooth_from > 0 ? smooth_from : 0.8 * cutoff;
    }
};

}  // namespace rfhgn::systems
