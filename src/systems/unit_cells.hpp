#pragma once
/// Boxes of fluids, and sites in them: pure functions of the particle's id, so that no rank needs more than
/// its own part.

#include <span>

#include "rfhgn/base/types.hpp"
#include "rfhgn/graph/box.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// The unit cell of a lattice of constant 1.
struct Lattice {
    const char* name;
    std::size_t basis;                    ///< sites in the cell
    std::array<graph::Vector3, 8> sites;  ///< of which `basis` count, in parts of the sides
    graph::Vector3 sides;
    double nearest;  ///< distance of nearest neighbours
    bool planar;     ///< lives in two dimensions too
};
/// "random" counts as "sc", whose cells its particles are put into. nullptr for an unknown name.
const Lattice* find_lattice(const std::string& name);

/// For options without problems.
GlobalIndex fluid_particles(const SystemOptions& options);
double fluid_lattice_constant(const SystemOptions& options, int dimension);
graph::Box fluid_box(const SystemOptions& options, int dimension);
/// Distance below which no two sites are, in a box with right angles.
double nearest_sites(const SystemOptions& options, int dimension);
/// Site of particle `id` in fluid_box: position [dimension]. Random sites keep their minimum distance to each
/// other and to each other's images.
void fluid_site(const SystemOptions& options, const graph::Box& box, GlobalIndex id,
                std::span<double> position);

/// Species of particle `id`: pseudo-random with exact numbers, particle counts being the fractions rounded so
/// that they add up.
int fluid_species(const SystemOptions& options, GlobalIndex id);
/// Of each species.
std::vector<GlobalIndex> fluid_species_counts(const SystemOptions& options);

}  // namespace rfhgn::systems
