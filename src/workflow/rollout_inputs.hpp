#pragma once
/// What the files and the deck of a rollout say, and that they agree: the model, the configuration to begin
/// with, the system that both are of.

#include <memory>
#include <optional>

#include "rfhgn/model/model.hpp"
#include "rfhgn/workflow/context.hpp"

#include "simulated_system.hpp"

namespace rfhgn::workflow {

/// What moves the particles.
struct RolloutForce {
    std::shared_ptr<const model::Model> model;  ///< none: the exact force
    std::unique_ptr<potential::ForceField> field;

    [[nodiscard]] bool learned() const noexcept { return model != nullptr; }
};

struct RolloutInputs {
    /// *Collective.* Throws InputError where model, system and configuration do not fit.
    explicit RolloutInputs(const Context& context);

    RolloutForce force;
    std::optional<StartFile> file;  ///< of [rollout] start
    Configuration configuration;    ///< of the file
    SimulatedSystem system;         ///< in the box of the file, where there is one
};

/// What a rollout will move, as far as that is known before its model is there: without the model, its cutoff
/// is that of [model] and it is for data as train.data are. *Collective.* Throws InputError for what is wrong
/// already.
SimulatedSystem planned_system(const Context& context);

}  // namespace rfhgn::workflow
