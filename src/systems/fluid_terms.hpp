#pragma once

#include <memory>

#include "rfhgn/systems/hamiltonian.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// The exact pair energy of a fluid; reads species from the graph when there are several.
std::unique_ptr<PairTerm> make_fluid_term(const SystemOptions& options);

/// The largest V'' of all pairs of species, at distance r and where each pair's energy is least (Yukawa's,
/// which falls everywhere: at sigma), as far as that is within the cutoff; 0 where none is. Without
/// truncation.
double fluid_curvature(const SystemOptions& options, double r);

}  // namespace rfhgn::systems
