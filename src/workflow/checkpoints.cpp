#include "checkpoints.hpp"

#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/file_content.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/stage_table.hpp"

namespace rfhgn::workflow {

namespace {

std::span<const GlobalIndex> owned_ids(const graph::DistributedGraph& graph) {
    return std::span<const GlobalIndex>(graph.node_id).first(static_cast<std::size_t>(graph.owned));
}

}  // namespace

io::CheckpointPlace rollout_checkpoints(const std::string& folder) {
    return {folder, "checkpoint"};
}

Checkpoints::Checkpoints(const Context& context, GlobalIndex particles)
    : context_(context), particles_(particles), settings_(settings_of(rollout_stage, context)) {
    settings_.erase(rollout_stage.grows);
    for (const auto& input : rollout_stage.inputs(context.options))
        settings_[fmt::format("the content of {}", input.key)] =
            io::file_digest(context.comm, path_of(input, context));
    if (!context.command_line.restart) return;
    found_ = io::read_newest_checkpoint(context.comm, rollout_checkpoints(context.command_line.output));
    for (const auto& damaged : found_.damaged)
        report::warn(fmt::format("{}; trying the one before", damaged));
    if (!resumes()) {
        report::info("rollout: there is no checkpoint to go on from, so it begins at step 0");
        return;
    }
    parallel::together(context.comm, [&] {
        io::require_same_settings(found_, settings_);
        require(found_.checkpoint->particles == particles_, Advice{"restart with the deck of that run"},
                "'{}' is of {} particles, but the system has {}", found_.path, found_.checkpoint->particles,
                particles_);
        require(found_.checkpoint->step <= context.options.rollout.steps,
                Advice{"raise rollout.steps, or begin anew with --overwrite"},
                "'{}' is of step {}, but rollout.steps is {}", found_.path, found_.checkpoint->step,
                context.options.rollout.steps);
    });
    report::info(fmt::format("rollout: goes on at step {} from '{}'", found_.checkpoint->step, found_.path));
}

void Checkpoints::restore(dynamics::Simulation& simulation) {
    const auto& checkpoint = found_.checkpoint.value();
    simulation.restore([&](const graph::DistributedGraph& graph) {
        return io::to_owners(context_.comm, checkpoint.state, checkpoint.particles, owned_ids(graph));
    });
}

void Checkpoints::write(dynamics::Simulation& simulation, const graph::DistributedGraph& graph) {
    const io::Checkpoint checkpoint{simulation.state().step, particles_, settings_, simulation.save()};
    io::write_checkpoint(context_.comm, rollout_checkpoints(context_.command_line.output), checkpoint,
                         owned_ids(graph), context_.provenance);
}

void Checkpoints::keep_last() {
    io::keep_last_checkpoint(context_.comm, rollout_checkpoints(context_.command_line.output));
}

}  // namespace rfhgn::workflow
