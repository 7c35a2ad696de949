#pragma once

#include <memory>

#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// True when the potential reads the rest length.
[[nodiscard]] bool uses_rest_length(const SystemOptions& options);

/// The exact potential. What differs from edge to edge is read from the graph's edge attributes, the rest are
/// constants.
std::unique_ptr<potential::PairTerm> make_pair_term(const SystemOptions& options);

}  // namespace rfhgn::systems
