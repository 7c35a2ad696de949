#include "checkpoints.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <span>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"

#include "restart.hpp"

namespace rfhgn::workflow {

namespace {

// Keys of [rollout] that a restart may change, and the model's path: its content counts.
constexpr std::array free_keys{"rollout.checkpoint_interval", "rollout.checkpoint_minutes",
                               "rollout.watchdog_seconds", "rollout.outside", "rollout.model"};

std::uint64_t checksum_of_file(const parallel::Communicator& comm, const std::string& path) {
    std::uint64_t sum = 0;
    if (comm.is_root()) {
        std::ifstream file(path, std::ios::binary);
        sum = checksum(std::string(std::istreambuf_iterator<char>(file), {}));
    }
    parallel::broadcast(comm, std::span<std::uint64_t>(&sum, 1));
    return sum;
}

std::span<const GlobalIndex> owned_ids(const graph::DistributedGraph& graph) {
    return std::span<const GlobalIndex>(graph.node_id).first(static_cast<std::size_t>(graph.owned));
}

}  // namespace

io::CheckpointPlace rollout_checkpoints(const Context& context) {
    return {context.command_line.output, "checkpoint"};
}

io::CheckpointPlace equilibration_checkpoints(const Context& context) {
    return {context.command_line.output, "equilibration"};
}

Moment::Moment(dynamics::Simulation& simulation, const graph::DistributedGraph& graph)
    : step(simulation.state().step), state(simulation.save()) {
    const auto owned = owned_ids(graph);  // saving may have moved particles
    ids.assign(owned.begin(), owned.end());
}

Checkpoints::Checkpoints(const Context& context, const std::string& model, GlobalIndex particles, Phase phase)
    : context_(context),
      phase_(phase),
      particles_(particles),
      settings_(deck_values(context.resolved_deck, {"rollout"})) {
    for (const char* key : free_keys) settings_.erase(key);
    if (!model.empty())
        settings_["checksum of the model"] = fmt::format("{:016x}", checksum_of_file(context.comm, model));
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
        io::require_same_settings(found_, settings_);
        require(found_.checkpoint->particles == particles_, Advice{"restart with the deck of that run"},
                "'{}' is of {} particles, but the system has {}", found_.path, found_.checkpoint->particles,
                particles_);
    });
}

io::CheckpointPlace Checkpoints::place() const {
    return phase_ == Phase::rollout ? rollout_checkpoints(context_) : equilibration_checkpoints(context_);
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
    simulation.restore([&](const graph::DistributedGraph& graph) {
        return io::to_owners(context_.comm, checkpoint.state, checkpoint.particles, owned_ids(graph));
    });
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
        io::remove_checkpoints(context_.comm, equilibration_checkpoints(context_));
}

void Checkpoints::remove() {
    io::remove_checkpoints(context_.comm, rollout_checkpoints(context_));
    io::remove_checkpoints(context_.comm, equilibration_checkpoints(context_));
}

}  // namespace rfhgn::workflow
