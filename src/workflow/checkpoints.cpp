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

// Lines of a run that was killed, or somebody's own: either are written anew or gone.
void tell_of_cut(const Context& context, const io::Checkpoint& checkpoint) {
    const auto kept = checkpoint.state.values.find("scalars/bytes");
    const auto path = context.output("rollout.csv");
    const auto stamp = io::file_stamp(path);
    if (kept == checkpoint.state.values.end() || kept->second.empty() || !stamp) return;
    const auto more = stamp->bytes - static_cast<std::int64_t>(kept->second.front());
    if (more > 0)
        report::info(fmt::format("rollout: '{}' is cut back to step {}: {} bytes stood behind it", path,
                                 checkpoint.step, more));
}

}  // namespace

io::CheckpointPlace rollout_checkpoints(const std::string& folder) {
    return {folder, "checkpoint"};
}

io::CheckpointPlace equilibration_checkpoints(const std::string& folder) {
    return {folder, "equilibration"};
}

Moment::Moment(dynamics::Simulation& simulation, const graph::DistributedGraph& graph)
    : step(simulation.state().step), state(simulation.save()) {
    const auto owned = owned_ids(graph);  // saving may have moved particles
    ids.assign(owned.begin(), owned.end());
}

Checkpoints::Checkpoints(const Context& context, const RolloutSetup& setup, Phase phase)
    : context_(context),
      phase_(phase),
      particles_(setup.system().nodes),
      settings_(settings_of(rollout_stage, context)) {
    if (setup.step().chosen) settings_["rollout.dt"] = fmt::format("{} (auto)", setup.step().dt);
    settings_.erase(rollout_stage.grows);
    for (const auto& input : rollout_stage.inputs(context.options))
        settings_[fmt::format("the content of {}", input.key)] =
            io::file_digest(context.comm, path_of(input, context));
    if (!context.command_line.restart) return;
    found_ = io::read_newest_checkpoint(context.comm, place());
    for (const auto& damaged : found_.damaged)
        report::warn(fmt::format("{}; trying the one before", damaged));
    log_found();
    if (!resumes()) return;
    parallel::together(context.comm, [&] {
        const bool equilibrates = found_.checkpoint->state.values.contains(io::equilibration_steps);
        require(equilibrates == (phase == Phase::equilibration), Advice{"give it its former name"},
                "'{}' is {}of an equilibration", found_.path, equilibrates ? "" : "not ");
        auto known = settings_;
        forget_newer(known, found_.checkpoint->settings, context);
        io::require_same_settings(found_, known);
        require(found_.checkpoint->particles == particles_, Advice{"restart with the deck of that run"},
                "'{}' is of {} particles, but the system has {}", found_.path, found_.checkpoint->particles,
                particles_);
        require(phase == Phase::equilibration || found_.checkpoint->step <= context.options.rollout.steps,
                Advice{"raise rollout.steps, or begin anew with --overwrite"},
                "'{}' is of step {}, but rollout.steps is {}", found_.path, found_.checkpoint->step,
                context.options.rollout.steps);
    });
}

io::CheckpointPlace Checkpoints::place() const {
    const auto& folder = context_.command_line.output;
    return phase_ == Phase::rollout ? rollout_checkpoints(folder) : equilibration_checkpoints(folder);
}

void Checkpoints::log_found() const {
    const auto equilibration = context_.options.rollout.equilibration.steps;
    const bool equilibrates = phase_ == Phase::equilibration;
    if (resumes())
        report::info(fmt::format(
            "rollout: goes on at step {}{} from '{}'", found_.checkpoint->step,
            equilibrates ? fmt::format(" of {} of the equilibration", equilibration) : "", found_.path));
    else if (equilibrates)
        report::info("rollout: there is no checkpoint to go on from, so it begins with the equilibration");
    else if (equilibration == 0)
        report::info("rollout: there is no checkpoint to go on from, so it begins at step 0");
}

void Checkpoints::restore(dynamics::Simulation& simulation) {
    const auto& checkpoint = found_.checkpoint.value();
    tell_of_cut(context_, checkpoint);
    simulation.restore([&](const graph::DistributedGraph& graph) {
        return io::to_owners(context_.comm, checkpoint.state, checkpoint.particles, owned_ids(graph));
    });
    for (const auto& [name, step] : simulation.late_observers())
        if (step == checkpoint.step)
            report::warn(
                fmt::format("rollout: '{}' has no state of the observer '{}', which is newer: it observes "
                            "from step {} on",
                            found_.path, name, step));
}

void Checkpoints::write(dynamics::Simulation& simulation, const graph::DistributedGraph& graph) {
    write(Moment(simulation, graph));
}

void Checkpoints::write(Moment moment) {
    const auto equilibration = context_.options.rollout.equilibration.steps;
    if (phase_ == Phase::equilibration)
        moment.state.values[io::equilibration_steps] = {static_cast<double>(equilibration)};
    const io::Checkpoint checkpoint{moment.step, particles_, settings_, std::move(moment.state)};
    io::write_checkpoint(context_.comm, place(), checkpoint, moment.ids, context_.provenance);
    // What came before is of no use now.
    if (phase_ == Phase::rollout && equilibration > 0)
        io::remove_checkpoints(context_.comm, equilibration_checkpoints(context_.command_line.output));
}

void Checkpoints::keep_last() {
    io::keep_last_checkpoint(context_.comm, rollout_checkpoints(context_.command_line.output));
    io::remove_checkpoints(context_.comm, equilibration_checkpoints(context_.command_line.output));
}

}  // namespace rfhgn::workflow
