#pragma once
/// Tables of a deck, and what several of them have in common. All local; problems are left with the deck.

#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

/// The keys of equilibration at the temperature of `initial`.
void bind_equilibration(const config::Section& section, dynamics::EquilibrationOptions& options,
                        const systems::InitialStateOptions& initial);
/// `finished`: what the watchdog waits for.
void bind_watchdog(config::Section& section, double& seconds, const char* finished);
/// [rollout], which takes over keys of [system] and [generate].
void bind_rollout(config::Section section, RolloutOptions& options, const config::Section& system_table,
                  const config::Section& generate_table);

}  // namespace rfhgn::workflow
