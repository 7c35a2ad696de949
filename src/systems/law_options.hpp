#pragma once
/// What the options say about the law of a system: its keys and its functions.

#include <memory>
#include <string>
#include <vector>

#include "rfhgn/potential/registry.hpp"
#include "rfhgn/systems/system.hpp"

#include "system_problems.hpp"

namespace rfhgn::systems {

/// nullptr when no law has this name.
[[nodiscard]] const potential::Law* law_of(const SystemOptions& options);

/// V(r) with the shared parameters of the options, for bonds or, of a cutoff graph, for fluids. The options
/// are in order.
[[nodiscard]] std::unique_ptr<potential::PairFunction> pair_function(const SystemOptions& options);

/// True when the law reads the rest length.
[[nodiscard]] bool uses_rest_length(const SystemOptions& options);

/// Names of laws for bonds or for fluids, sorted: "a, b or c".
[[nodiscard]] std::string fluid_laws();

/// What laws take a number for, e.g. "of a spring (harmonic, quartic); depth of the well (morse)".
[[nodiscard]] std::string meanings(potential::Use potential::Law::*use, std::string potential::Use::*number);
/// How they mix the numbers of unlike species: "geometric means".
[[nodiscard]] std::string mixings(potential::Mixing potential::Law::*mixing);

/// Declares the shared parameters of all laws.
void bind_parameters(config::Section& section, potential::Values& values);
/// Says which keys of laws act.
void say_which_parameters_act(const config::Section& section, const SystemOptions& options);

/// Parameters of a known law that are out of their range, or do not go with pairs of these lengths.
void check_parameters(Problems& problems, const SystemOptions& options, const std::vector<double>& lengths);

}  // namespace rfhgn::systems
