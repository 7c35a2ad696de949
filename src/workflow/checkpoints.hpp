#pragma once
/// Checkpoints of a rollout: what it begins from, and what it leaves.

#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/workflow/context.hpp"

#include "rollout_setup.hpp"

namespace rfhgn::workflow {

/// Where they are, those of the rollout and those of its equilibration.
io::CheckpointPlace rollout_checkpoints(const std::string& folder);
io::CheckpointPlace equilibration_checkpoints(const std::string& folder);

/// What a checkpoint holds of a run, and whose it is.
struct Moment {
    /// *Collective*, as Simulation::save.
    Moment(dynamics::Simulation& simulation, const graph::DistributedGraph& graph);

    std::int64_t step;
    dynamics::SavedState state;
    std::vector<GlobalIndex> ids;
};

class Checkpoints {
  public:
    enum class Phase { equilibration, rollout };

    /// With --restart finds the newest one that is whole, and warns of damaged ones. *Collective.* Throws
    /// InputError when it is of a run with other settings, another model, other particles or another step.
    Checkpoints(const Context& context, const RolloutSetup& setup, Phase phase = Phase::rollout);

    /// Whether there is a checkpoint to go on from.
    [[nodiscard]] bool resumes() const noexcept { return found_.checkpoint.has_value(); }
    /// *Collective.*
    void restore(dynamics::Simulation& simulation);
    /// *Collective.* Throws RunError; earlier ones are then untouched.
    void write(dynamics::Simulation& simulation, const graph::DistributedGraph& graph);
    void write(Moment moment);
    /// When the rollout is complete: the last one stays, from which it can go on with more steps.
    /// *Collective.*
    void keep_last();

  private:
    void log_found() const;
    [[nodiscard]] io::CheckpointPlace place() const;

    const Context& context_;
    Phase phase_;
    GlobalIndex particles_;
    std::map<std::string, std::string> settings_;
    io::FoundCheckpoint found_;
};

}  // namespace rfhgn::workflow
