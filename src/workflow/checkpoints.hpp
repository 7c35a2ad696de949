#pragma once
/// Checkpoints of a rollout: what it begins from, and what it leaves.

#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// Where they are.
io::CheckpointPlace rollout_checkpoints(const std::string& folder);

class Checkpoints {
  public:
    /// With --restart finds the newest one that is whole, and warns of damaged ones. *Collective.* Throws
    /// InputError when it is of a run with other settings, another model or other particles.
    Checkpoints(const Context& context, GlobalIndex particles);

    /// Whether there is a checkpoint to go on from.
    [[nodiscard]] bool resumes() const noexcept { return found_.checkpoint.has_value(); }
    /// *Collective.*
    void restore(dynamics::Simulation& simulation);
    /// *Collective.* Throws RunError; earlier ones are then untouched.
    void write(dynamics::Simulation& simulation, const graph::DistributedGraph& graph);
    /// When the rollout is complete: the last one stays, from which it can go on with more steps.
    /// *Collective.*
    void keep_last();

  private:
    const Context& context_;
    GlobalIndex particles_;
    std::map<std::string, std::string> settings_;
    io::FoundCheckpoint found_;
};

}  // namespace rfhgn::workflow
