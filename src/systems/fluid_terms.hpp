#pragma once

#include <memory>

#include "rfhgn/systems/hamiltonian.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// The exact pair energy of a fluid; reads species from the graph when there are several.
std::unique_ptr<PairTerm> make_fluid_term(const SystemOptions& options);

/// V'' of a pair of species (a, b) at distance r, without truncation.
double fluid_curvature(const SystemOptions& options, std::size_t a, std::size_t b, double r);

/// Where the pair energy is least; sigma for Yukawa's, which falls everywhere.
double fluid_well(const SystemOptions& options, std::size_t a, std::size_t b);

}  // namespace rfhgn::systems
