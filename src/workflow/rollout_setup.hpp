#pragma once
/// What a rollout needs before its first step: the system, what moves it, and where it begins.

#include <memory>

#include "rfhgn/model/model.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/workflow/checkpoint_schedule.hpp"
#include "rfhgn/workflow/context.hpp"

#include "initial_state.hpp"

namespace rfhgn::workflow {

/// What moves the particles.
struct RolloutForce {
    std::shared_ptr<const model::Model> model;  ///< none: the exact force
    std::unique_ptr<potential::ForceField> field;

    [[nodiscard]] bool learned() const noexcept { return model != nullptr; }
};

/// Of a graph that follows from a cutoff: as the deck says, but the deviation of a force needs all neighbours
/// of its particle.
graph::ListStyle list_style_of(const RolloutOptions& options);

/// Of the rollout and of its equilibration.
CheckpointScheduleOptions schedule_options(const Context& context);

/// Throws InputError where model, system and configuration do not fit. *Collective.*
void check_rollout_inputs(const Context& context);

/// Refers to itself: stays where it was made.
class RolloutSetup {
  public:
    /// *Collective.* Throws InputError when model, system and configuration do not fit.
    explicit RolloutSetup(const Context& context);
    RolloutSetup(const RolloutSetup&) = delete;
    RolloutSetup& operator=(const RolloutSetup&) = delete;

    /// In the box of [rollout] start, where that is given.
    [[nodiscard]] const systems::System& system() const noexcept { return system_; }
    [[nodiscard]] const potential::ForceField& exact() const noexcept { return *exact_; }
    [[nodiscard]] const RolloutForce& force() const noexcept { return force_; }
    [[nodiscard]] InitialState& start() noexcept { return start_; }
    /// What the file of the start and the model call species, which agree.
    [[nodiscard]] potential::SpeciesNames species_names() const {
        if (!force_.learned()) return from_file_.species_names;
        return potential::united(from_file_.species_names, force_.model->species_names);
    }

  private:
    Configuration from_file_;
    systems::System system_;
    std::unique_ptr<potential::ForceField> exact_;
    RolloutForce force_;
    InitialState start_;
};

}  // namespace rfhgn::workflow
