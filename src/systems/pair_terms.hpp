#pragma once

#include <memory>
#include <vector>

#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/potential/pair_function.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// The exact pair energy of the options' law. Of bonds, what differs from edge to edge is read from the
/// graph's edge attributes; of fluids of several species, species are read from the graph.
std::unique_ptr<potential::PairTerm> make_pair_term(const SystemOptions& options);

/// Strengths and lengths of all pairs of species of a fluid, [S, S] each.
struct SpeciesTable {
    std::vector<double> strength;
    std::vector<double> length;
};
SpeciesTable species_table(const SystemOptions& options);

}  // namespace rfhgn::systems
