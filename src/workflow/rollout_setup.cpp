#include "rollout_setup.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/systems/thermal_momenta.hpp"

namespace rfhgn::workflow {

namespace {

void log_file(const RolloutOptions& options, const RolloutInputs& inputs) {
    const auto& system = inputs.system;
    const auto graph = system.follows_space ? fmt::format("in a box of volume {:.6g}", system.volume())
                                            : fmt::format("with {} edges", system.edges);
    report::info(fmt::format("rollout: starts from {}{}, {} particles {}{}", inputs.file->name(),
                             options.start_given ? "" : " of train.data", system.nodes, graph,
                             options.described ? ", not from the sites that [system] describes" : ""));
}

// Momenta of the file are kept; where there are none, a temperature draws them.
void choose_momenta(const Context& context, const SimulatedSystem& system, graph::Particles& particles) {
    const auto& options = context.options.rollout;
    const auto& initial = options.initial;
    const auto& momentum = particles.momentum;
    const bool moves = parallel::any(
        context.comm, std::any_of(momentum.begin(), momentum.end(), [](double p) { return p != 0; }));
    if (moves) {
        parallel::together(context.comm, [&] {
            require(!options.temperature_given || options.equilibration.steps > 0,
                    Advice{"leave rollout.temperature out to go on with the momenta of the file, or set "
                           "rollout.equilibrate to bring them to that temperature"},
                    "rollout.temperature is {}, but '{}' has momenta of its own", initial.temperature,
                    options.start);
        });
    } else if (initial.temperature > 0) {
        const systems::ThermalDraw draw{initial.seed, 0, system.units.boltzmann * initial.temperature,
                                        system.nodes};
        systems::thermal_momenta(context.comm, draw, particles.id, particles.mass,
                                 static_cast<LocalIndex>(particles.id.size()), system.dimension,
                                 particles.momentum);
        report::info(fmt::format("rollout: '{}' has no momenta; they are drawn at temperature {}",
                                 options.start, initial.temperature));
    } else if (!options.temperature_given) {
        report::warn(fmt::format(
            "rollout: '{}' has no momenta and there is no rollout.temperature: the run starts at rest",
            options.start));
    }
}

// Copies with the momenta of one box go on as its periodic images would.
void warn_of_equal_copies(const RolloutOptions& options, const graph::Particles& particles,
                          const parallel::Communicator& comm) {
    const bool copies =
        std::any_of(options.replicate.begin(), options.replicate.end(), [](auto count) { return count > 1; });
    const bool told_apart = options.equilibration.steps > 0 && options.equilibration.thermostat == "langevin";
    const auto& momentum = particles.momentum;
    const bool moves =
        parallel::any(comm, std::any_of(momentum.begin(), momentum.end(), [](double p) { return p != 0; }));
    if (copies && moves && !told_apart)
        report::warn(
            "rollout: copies of the box have the same momenta and move alike until rounding parts them; "
            "rollout.equilibrate with thermostat = \"langevin\" makes them differ");
}

InitialState make_start(const Context& context, RolloutInputs& inputs) {
    const auto& options = context.options.rollout;
    if (!inputs.file) return {context.comm, inputs.system, options.initial};
    log_file(options, inputs);
    auto& particles = inputs.configuration.particles;
    warn_of_equal_copies(options, particles, context.comm);
    choose_momenta(context, inputs.system, particles);
    return {context.comm, inputs.system, options.initial, std::move(inputs.configuration)};
}

}  // namespace

graph::ListStyle list_style_of(const RolloutOptions& options) {
    return options.uncertainty || options.list_style == "full" ? graph::ListStyle::full
                                                               : graph::ListStyle::half;
}

CheckpointScheduleOptions schedule_options(const Context& context) {
    const auto& options = context.options.rollout;
    return {options.checkpoint_interval, options.checkpoint_minutes, context.command_line.max_walltime,
            context.command_line.started};
}

void check_rollout_inputs(const Context& context) {
    const auto& options = context.options.rollout;
    RolloutInputs inputs(context);
    const bool tells_itself = context.command_line.command == "check";
    if (!judged_by_force(options) || tells_itself) return;
    const auto start = inputs.file ? InitialState(context.comm, inputs.system, options.initial,
                                                  std::move(inputs.configuration))
                                   : InitialState(context.comm, inputs.system, options.initial);
    static_cast<void>(choose_step(context, start, *inputs.force.field));
}

RolloutSetup::RolloutSetup(const Context& context)
    : inputs_(context),
      exact_(inputs_.system.exact_force()),
      start_(make_start(context, inputs_)),
      step_(choose_step(context, start_, *inputs_.force.field)) {}

potential::SpeciesNames RolloutSetup::species_names() const {
    const auto from_file = file() ? file()->totals().species_names : potential::SpeciesNames{};
    return force().learned() ? potential::united(from_file, force().model->species_names) : from_file;
}

}  // namespace rfhgn::workflow
