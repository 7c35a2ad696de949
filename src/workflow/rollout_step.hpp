#pragma once
/// The step in time of a rollout, and what its force allows.

#include <optional>

#include "rfhgn/dynamics/mode_spectrum.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/workflow/context.hpp"

#include "initial_state.hpp"

namespace rfhgn::workflow {

struct RolloutStep {
    double dt = 0;
    bool chosen = false;  ///< by the force, not by the deck
    /// Of the force at the start; none where [system] and its law tell what is stable.
    std::optional<dynamics::ModeSpectrum> modes{};
};

/// Whether nobody but the force itself can tell how large a step may be.
bool judged_by_force(const RolloutOptions& options);

/// The step that the deck gives, or, where it is "auto", 1/40 of the shortest period at the start, in two
/// digits. *Collective.* Throws InputError for a step above 2/omega of the fastest vibration at the start,
/// and where there is nothing to choose one by.
RolloutStep choose_step(const Context& context, const InitialState& start,
                        const potential::ForceField& field);

/// One line: "dt is 0.01, 0.08 of leapfrog's limit (...)". Of a step that was judged by the force.
std::string describe(const RolloutStep& step);
report::Json to_json(const RolloutStep& step);

}  // namespace rfhgn::workflow
