#pragma once

#include <memory>
#include <vector>

#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// The exact pair energy of a fluid; reads species from the graph when there are several.
std::unique_ptr<potential::PairTerm> make_fluid_term(const SystemOptions& options);

/// Where the energy of a pair of species is least (Yukawa's, which falls everywhere: at sigma), and V'' there
/// and at another distance; 0 beyond the cutoff. Without truncation.
struct PairCurvature {
    double well;
    double at_well;
    double at_distance;
};

/// Of every pair of species [S, S], at distance r.
std::vector<PairCurvature> fluid_curvatures(const SystemOptions& options, double r);

}  // namespace rfhgn::systems
