#include "rollout_setup.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/frame_model.hpp"
#include "rfhgn/model/system_match.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "moving_model.hpp"

namespace rfhgn::workflow {

namespace {

Configuration read_start(const Context& context) {
    const auto& options = context.options.rollout;
    if (options.start.empty()) return {};
    return read_configuration(context.comm, systems::System(options.system), options.start);
}

systems::System make_system(const Context& context, const Configuration& from_file) {
    const auto& options = context.options.rollout;
    systems::System described(options.system);
    if (options.start.empty()) return described;
    const auto particles = static_cast<GlobalIndex>(from_file.particles.id.size());
    return described.in_box(from_file.box, parallel::sum(context.comm, particles));
}

MovingForce make_force(const Context& context, const systems::System& system) {
    MovingForce force;
    if (context.options.rollout.force == "exact") {
        force.hamiltonian = system.hamiltonian();
        return force;
    }
    force.path = moving_model_path(context);
    if (const auto found = read_frame_model(context, force.path)) {
        const auto& options = context.options.rollout;
        require(
            !options.uncertainty && !options.observes && options.equilibration.steps == 0,
            Advice{"leave uncertainty, observe and equilibrate out of [rollout], or use a pairwise model"},
            "the model '{}' has the encoding '{}', which has no standard deviations and no fluids",
            force.path, found->encoding());
        require_match(*found, system);
        force.general = model::make_general_hamiltonian(context.comm, *found);
        return force;
    }
    force.model = read_moving_model(context, force.path);
    model::require_match(force.model.model, system);
    force.hamiltonian = moving_hamiltonian(force.model, system.edge_attribute_names());
    return force;
}

Start make_start(const Context& context, const systems::System& system, Configuration& from_file) {
    const auto& options = context.options.rollout;
    if (options.start.empty()) return {context.comm, system, options.initial};
    return {context.comm, system, options.initial, std::move(from_file.particles)};
}

}  // namespace

graph::Shell shell_of(const RolloutOptions& options) {
    return options.uncertainty || options.shell == "full" ? graph::Shell::full : graph::Shell::half;
}

PaceOptions pace_options(const Context& context) {
    const auto& options = context.options.rollout;
    return {options.checkpoint_interval, options.checkpoint_minutes, context.command_line.max_walltime,
            context.command_line.started};
}

RolloutSetup::RolloutSetup(const Context& context)
    : from_file_(read_start(context)),
      system_(make_system(context, from_file_)),
      exact_(system_.hamiltonian()),
      force_(make_force(context, system_)),
      start_(make_start(context, system_, from_file_)) {}

}  // namespace rfhgn::workflow
