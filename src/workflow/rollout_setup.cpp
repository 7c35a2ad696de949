#include "rollout_setup.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/match_facts.hpp"

namespace rfhgn::workflow {

namespace {

// The file that [rollout] names, or else that the stage before wrote.
std::string model_path(const Context& context) {
    return parallel::together(context.comm, [&] {
        const auto& options = context.options.rollout;
        return context.input(options.model, options.force == "tabulated" ? "tabulated.h5" : "model.h5",
                             "rollout.model");
    });
}

// Numbers of species mean what they mean to the model that moves them.
potential::SpeciesNames names_of_model(const Context& context) {
    const auto& force = context.options.rollout.force;
    if (force == "exact") return {};
    const auto path = model_path(context);
    if (force == "tabulated") return io::read_tabulated_model(context.comm, path).model.species_names;
    return io::read_model(context.comm, path)->species_names;
}

Configuration read_start(const Context& context) {
    const auto& options = context.options.rollout;
    if (options.start.empty()) return {};
    return read_configuration(context.comm, systems::System(options.system), options.start,
                              names_of_model(context));
}

// Physics that the deck gives and the file has, too, must be the same.
void require_agreement(const Context& context, const systems::System& described, const Configuration& found) {
    const auto& options = context.options.rollout;
    const auto& fluid = options.system.fluid;
    const double unit = described.units().mass;
    const auto& particles = found.particles;
    constexpr double rounding = 1e-6;  // of conversions between units
    parallel::together(context.comm, [&] {
        require(!options.boundary_given || described.box().periodic == found.box.periodic,
                Advice{"give the boundary of the file in [rollout.system], or leave it out"},
                "the box of '{}' has other boundaries than system.boundary says", options.start);
        for (std::size_t i = 0; options.mass_given && i < particles.mass.size(); ++i) {
            const auto species = static_cast<std::size_t>(particles.species[i]);
            const double mass = particles.mass[i] / unit;
            const double low = fluid.masses.empty() ? options.system.mass.low : fluid.masses[species];
            const double high = fluid.masses.empty() ? options.system.mass.high : fluid.masses[species];
            if (mass >= low * (1 - rounding) && mass <= high * (1 + rounding)) continue;
            require(false, Advice{"leave mass and masses out to take those of the file, or correct them"},
                    "'{}': particle {}, of species {}, has mass {:.9g}, but the deck says {}", options.start,
                    particles.id[i], species, mass,
                    low == high ? fmt::format("{:.9g}", low) : fmt::format("{:.9g} to {:.9g}", low, high));
        }
    });
}

systems::System make_system(const Context& context, const Configuration& from_file) {
    const auto& options = context.options.rollout;
    systems::System described(options.system);
    if (options.start.empty()) return described;
    require_agreement(context, described, from_file);
    const auto particles =
        parallel::sum(context.comm, static_cast<GlobalIndex>(from_file.particles.id.size()));
    report::info(
        fmt::format("rollout: starts from '{}', {} particles in a box of volume {:.6g}, not from the "
                    "sites that [system] describes",
                    options.start, particles, graph::volume(from_file.box)));
    return described.in_box(from_file.box, particles);
}

// A state from a file has particles of its own.
model::Facts facts_of(const Context& context, const systems::System& system, const Configuration& from_file) {
    auto facts = training::facts_of(system);
    const auto& start = context.options.rollout.start;
    if (start.empty()) return facts;
    facts.name = fmt::format("the configuration '{}'", start);
    facts.species_names = from_file.species_names;
    training::Census census;
    census.add_particles(from_file.particles.species, from_file.particles.mass);
    census.tell_free(context.comm, facts);
    return facts;
}

// The model, with its tables as the field where [rollout] force is "tabulated".
RolloutForce read_force(const Context& context, const std::string& path,
                        const std::vector<std::string>& attribute_names) {
    if (context.options.rollout.force != "tabulated") {
        std::shared_ptr<const model::Model> network = io::read_model(context.comm, path);
        return {network, nullptr};
    }
    const auto tabulated = io::read_tabulated_model(context.comm, path);
    return {tabulated.model.clone(), parallel::together(context.comm, [&] {
                return model::make_force_field(tabulated, attribute_names);
            })};
}

// What the options ask for must be in the model's power.
void require_able(const Context& context, const std::string& path, const RolloutForce& force) {
    const auto& options = context.options.rollout;
    const bool separable = force.field->needs().separable;
    require(separable || (!options.uncertainty && !options.observes && options.equilibration.steps == 0),
            Advice{"leave uncertainty, observe and equilibrate out of [rollout], or use a pairwise model"},
            "the model '{}' has the encoding '{}', which has no standard deviations and no fluids", path,
            force.model->encoding());
    require(!separable || !options.implicit_given,
            Advice{"leave rollout.tolerance and most_iterations out: they are for the encodings frame and "
                   "absolute"},
            "the model '{}' is {}, so that steps are explicit and have no tolerance", path,
            force.model->encoding());
}

RolloutForce make_force(const Context& context, const systems::System& system,
                        const Configuration& from_file) {
    if (context.options.rollout.force == "exact") return {nullptr, system.force_field()};
    const auto facts = facts_of(context, system, from_file);
    const auto path = model_path(context);
    auto force = read_force(context, path, system.edge_attribute_names());
    parallel::together(context.comm, [&] {
        force.model->require_match(facts);
        if (!force.field) force.field = force.model->force_field(system.edge_attribute_names());
    });
    require_able(context, path, force);
    return force;
}

// Momenta of the file are kept; where there are none, a temperature draws them.
void choose_momenta(const Context& context, const systems::System& system, graph::Particles& particles) {
    const auto& options = context.options.rollout;
    const auto& momentum = particles.momentum;
    const bool moves = parallel::any(
        context.comm, std::any_of(momentum.begin(), momentum.end(), [](double p) { return p != 0; }));
    const double temperature = options.initial.temperature;
    if (moves) {
        parallel::together(context.comm, [&] {
            require(!options.temperature_given || options.equilibration.steps > 0,
                    Advice{"leave rollout.temperature out to go on with the momenta of the file, or set "
                           "rollout.equilibrate to bring them to that temperature"},
                    "rollout.temperature is {}, but '{}' has momenta of its own", temperature, options.start);
        });
    } else if (temperature > 0) {
        system.thermal_momenta(context.comm, particles.id, particles.mass,
                               static_cast<LocalIndex>(particles.id.size()), options.initial, 0,
                               particles.momentum);
        report::info(fmt::format("rollout: '{}' has no momenta; they are drawn at temperature {}",
                                 options.start, temperature));
    } else if (!options.temperature_given) {
        report::warn(fmt::format(
            "rollout: '{}' has no momenta and there is no rollout.temperature: the run starts at rest",
            options.start));
    }
}

InitialState make_start(const Context& context, const systems::System& system, Configuration& from_file) {
    const auto& options = context.options.rollout;
    if (options.start.empty()) return {context.comm, system, options.initial};
    choose_momenta(context, system, from_file.particles);
    return {context.comm, system, options.initial, std::move(from_file.particles)};
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
    const auto from_file = read_start(context);
    static_cast<void>(make_force(context, make_system(context, from_file), from_file));
}

RolloutSetup::RolloutSetup(const Context& context)
    : from_file_(read_start(context)),
      system_(make_system(context, from_file_)),
      exact_(system_.force_field()),
      force_(make_force(context, system_, from_file_)),
      start_(make_start(context, system_, from_file_)) {}

}  // namespace rfhgn::workflow
