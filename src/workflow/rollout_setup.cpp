#include "rollout_setup.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/match.hpp"
#include "rfhgn/parallel/agreement.hpp"
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

// A state from a file has particles of its own.
model::Facts facts_of(const Context& context, const systems::System& system, const Configuration& from_file) {
    auto facts = model::facts_of(system);
    const auto& start = context.options.rollout.start;
    if (start.empty()) return facts;
    facts.name = fmt::format("the configuration '{}'", start);
    model::Census census;
    census.add_particles(from_file.particles.species, from_file.particles.mass);
    census.tell_free(context.comm, facts);
    return facts;
}

MovingForce make_force(const Context& context, const systems::System& system,
                       const Configuration& from_file) {
    MovingForce force;
    if (context.options.rollout.force == "exact") {
        force.hamiltonian = system.hamiltonian();
        return force;
    }
    const auto facts = facts_of(context, system, from_file);
    force.path = moving_model_path(context);
    if (const auto found = read_frame_model(context, force.path)) {
        const auto& options = context.options.rollout;
        require(
            !options.uncertainty && !options.observes && options.equilibration.steps == 0,
            Advice{"leave uncertainty, observe and equilibrate out of [rollout], or use a pairwise model"},
            "the model '{}' has the encoding '{}', which has no standard deviations and no fluids",
            force.path, found->encoding());
        parallel::together(context.comm, [&] { model::require_match(*found, facts); });
        force.general = model::make_general_hamiltonian(context.comm, *found);
        return force;
    }
    force.model = read_moving_model(context, force.path);
    parallel::together(context.comm, [&] { model::require_match(force.model.model, facts); });
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

RolloutSetup::RolloutSetup(const Context& context)
    : from_file_(read_start(context)),
      system_(make_system(context, from_file_)),
      exact_(system_.hamiltonian()),
      force_(make_force(context, system_, from_file_)),
      start_(make_start(context, system_, from_file_)) {}

}  // namespace rfhgn::workflow
