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

Checkpoints::Checkpoints(const Context& context, const std::string& model, GlobalIndex particles)
    : context_(context), particles_(particles), settings_(deck_values(context.resolved_deck, {"rollout"})) {
    for (const char* key : free_keys) settings_.erase(key);
    if (!model.empty())
        settings_["checksum of the model"] = fmt::format("{:016x}", checksum_of_file(context.comm, model));
    if (!context.command_line.restart) return;
    found_ = io::read_newest_checkpoint(context.comm, rollout_checkpoints(context));
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
    io::write_checkpoint(context_.comm, rollout_checkpoints(context_), checkpoint, owned_ids(graph),
                         context_.provenance);
}

void Checkpoints::remove() {
    io::remove_checkpoints(context_.comm, rollout_checkpoints(context_));
}

}  // namespace rfhgn::workflow
