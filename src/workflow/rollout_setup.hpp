#pragma once
/// What a rollout has before its first step: the system, what moves it, where it begins, how large its steps
/// are.

#include <memory>

#include "rfhgn/workflow/checkpoint_schedule.hpp"
#include "rfhgn/workflow/context.hpp"

#include "initial_state.hpp"
#include "rollout_inputs.hpp"
#include "rollout_step.hpp"

namespace rfhgn::workflow {

/// Of a graph that follows from a cutoff: as the deck says, but the deviation of a force needs all neighbours
/// of its particle.
graph::ListStyle list_style_of(const RolloutOptions& options);

/// Of the rollout and of its equilibration.
CheckpointScheduleOptions schedule_options(const Context& context);

/// Throws InputError where model, system, configuration and step do not fit. *Collective.*
void check_rollout_inputs(const Context& context);

/// Refers to itself: stays where it was made.
class RolloutSetup {
  public:
    /// *Collective.* Throws InputError when model, system, configuration and step do not fit.
    explicit RolloutSetup(const Context& context);
    RolloutSetup(const RolloutSetup&) = delete;
    RolloutSetup& operator=(const RolloutSetup&) = delete;

    [[nodiscard]] const SimulatedSystem& system() const noexcept { return inputs_.system; }
    /// None where nobody knows it.
    [[nodiscard]] const potential::ForceField* exact() const noexcept { return exact_.get(); }
    [[nodiscard]] const RolloutForce& force() const noexcept { return inputs_.force; }
    [[nodiscard]] InitialState& start() noexcept { return start_; }
    /// The file that it begins with; none: the state that the deck describes.
    [[nodiscard]] const std::optional<StartFile>& file() const noexcept { return inputs_.file; }
    [[nodiscard]] const RolloutStep& step() const noexcept { return step_; }
    /// What the file of the start and the model call species, which agree.
    [[nodiscard]] potential::SpeciesNames species_names() const;

  private:
    RolloutInputs inputs_;
    std::unique_ptr<potential::ForceField> exact_;
    InitialState start_;
    RolloutStep step_;
};

}  // namespace rfhgn::workflow
