#include "rollout_inputs.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/match_facts.hpp"
#include "rfhgn/training/trainer.hpp"

#include "stage_inputs.hpp"

namespace rfhgn::workflow {

namespace {

/// As its file holds it; before it is known what it moves, there is no force field.
struct LearnedForce {
    std::string path{};
    std::shared_ptr<const model::Model> model{};
    std::optional<model::TabulatedModel> tables{};

    [[nodiscard]] std::unique_ptr<potential::ForceField> field(
        const std::vector<std::string>& attribute_names) const {
        return tables ? model::make_force_field(*tables, attribute_names)
                      : model->force_field(attribute_names);
    }
};

// The file that [rollout] names, or else that the stage before wrote.
LearnedForce read_learned(const Context& context) {
    const auto& options = context.options.rollout;
    const bool tabulated = options.force == "tabulated";
    LearnedForce learned;
    learned.path = parallel::together(context.comm, [&] {
        return context.input(options.model, tabulated ? "tabulated.h5" : "model.h5", "rollout.model");
    });
    if (tabulated) {
        learned.tables = io::read_tabulated_model(context.comm, learned.path);
        learned.model = learned.tables->model.clone();
    } else {
        learned.model = io::read_model(context.comm, learned.path);
    }
    return learned;
}

std::string called(const StartFile& file) {
    return fmt::format("the configuration {}", file.name());
}

// Physics that the deck gives and the file has, too, must be the same. What is compared needs no particles.
void require_box_agreement(const RolloutOptions& options, const systems::System& described,
                           const StartFile& file) {
    const auto& totals = file.totals();
    require(totals.boxes && totals.dimension == described.dimension(),
            Advice{"only fluids can start from a file"}, "'{}' has no box in {} dimensions", options.start,
            described.dimension());
    require(totals.units == described.units().name, Advice{"convert it, or set system.units"},
            "'{}' has units '{}', but the system has '{}'", options.start, totals.units,
            described.units().name);
    require(!options.boundary_given || described.box().periodic == file.box().periodic,
            Advice{"give the boundary of the file in [rollout.system], or leave it out"},
            "the box of '{}' has other boundaries than system.boundary says", options.start);
}

void require_species(const RolloutOptions& options, const systems::System& described,
                     const graph::Particles& particles) {
    for (std::size_t i = 0; i < particles.species.size(); ++i)
        require(particles.species[i] >= 0 && particles.species[i] < described.species_count(),
                Advice{"give system.species, epsilon and sigma for all species of the file"},
                "'{}': particle {} is of species {}, but the system has {}", options.start, particles.id[i],
                particles.species[i], described.species_count());
}

void require_masses(const RolloutOptions& options, const systems::System& described,
                    const graph::Particles& particles) {
    const auto& fluid = options.system.fluid;
    const double unit = described.units().mass;
    constexpr double rounding = 1e-6;  // of conversions between units
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
}

// What only a box can have. Local.
void require_fluid(const RolloutOptions& options, const StartFile& file) {
    if (file.totals().boxes) return;
    require(!options.list_style_given, Advice{"leave it out"},
            "rollout.neighbour_list has no effect: {} gives the graph of its particles", file.name());
    const auto& kinds = options.observe.kinds;
    const bool fluids_only = std::ranges::any_of(kinds, [](const auto& kind) { return kind->fluids_only(); });
    require(!options.observes || !fluids_only, Advice{"leave [rollout.observe] out"},
            "rollout.observe measures particles in boxes, but {} gives the graph of its particles",
            file.name());
}

// The system of a deck, or of a file whose edges follow from this cutoff where it gives none. Local.
SimulatedSystem system_of(const RolloutOptions& options, const std::optional<StartFile>& file,
                          double cutoff) {
    if (!options.described) {
        require_fluid(options, *file);
        return simulated(*file, cutoff);
    }
    const systems::System described(options.system);
    if (!file) return simulated(described);
    require_box_agreement(options, described, *file);
    return simulated(described.in_box(file->box(), file->totals().nodes));
}

// A state from a file has particles of its own, and may have a graph of its own.
model::Facts facts_of(const Context& context, const RolloutInputs& inputs) {
    if (!inputs.file) return training::facts_of(*inputs.system.reference);
    const auto& totals = inputs.file->totals();
    auto facts = inputs.system.reference ? training::facts_of(*inputs.system.reference)
                                         : training::facts_of(totals, "");
    facts.name = called(*inputs.file);
    facts.species_names = totals.species_names;
    const auto& [particles, graph] = inputs.configuration;
    training::Census census;
    census.add_particles(particles.species, particles.mass);
    if (totals.boxes) {
        census.tell_free(context.comm, facts);
    } else {
        census.add_edges(graph::distribute(context.comm, graph, graph::keep_owners(context.comm, graph)));
        census.tell_joined(context.comm, facts);
    }
    return facts;
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

// Of files that do not name theirs.
std::string units_of_start(const RolloutOptions& options, const model::Model* model) {
    if (options.described) return options.system.fluid.units;
    return model ? model->units : std::string();
}

int species_count(const parallel::Communicator& comm, const graph::Particles& particles) {
    int most = 0;
    for (const int species : particles.species) most = std::max(most, species + 1);
    return parallel::max(comm, most);
}

}  // namespace

namespace {

// The model that will move the particles, or the one whose layers it will have; none where layers are to be
// sampled yet.
std::unique_ptr<model::Model> model_there(const Context& context) {
    const auto& options = context.options;
    const auto& command = context.command_line.command;
    const auto stages = stages_of(options, command == "check" ? "run" : command);
    auto input = rollout_stage.inputs(options).front();
    const auto* by = maker(context, stages, rollout_stage, input);
    if (by == &tabulate_stage) {
        input = tabulate_stage.inputs(options).front();
        by = maker(context, stages, tabulate_stage, input);
    }
    if (by) {
        const auto& layers = options.train.update.empty() ? options.train.layers : options.train.update;
        if (layers.empty()) return nullptr;
        input = {"train.layers", layers, ""};
    }
    const auto path =
        parallel::together(context.comm, [&] { return context.input(input.given, input.name, input.key); });
    return io::read_model(context.comm, path);
}

// A model of these data fits nothing else.
void require_data_alike(const Context& context, const model::Facts& facts) {
    const auto path = parallel::together(
        context.comm, [&] { return context.input(context.options.train.data, "data.h5", "train.data"); });
    const io::DataSetReader data(context.comm, path);
    parallel::together(context.comm, [&] {
        model::require_alike(training::facts_of(data.totals(), fmt::format("the data set '{}'", path)),
                             facts);
    });
}

}  // namespace

SimulatedSystem planned_system(const Context& context) {
    const auto& comm = context.comm;
    const auto& options = context.options.rollout;
    const auto model = options.described ? nullptr : model_there(context);
    std::optional<StartFile> file;
    if (!options.start.empty()) {
        const auto path =
            parallel::together(comm, [&] { return context.input(options.start, "", "rollout.start"); });
        const io::OpenOptions opening{.lammps_units = units_of_start(options, model.get())};
        file.emplace(comm, std::make_unique<io::DataSetReader>(comm, path, opening), options);
    }
    double cutoff = 0;
    if (!options.described) {
        const auto facts = training::facts_of(file->totals(), called(*file));
        if (model) {
            parallel::together(comm, [&] { model->require_match(facts, model::Purpose::train); });
            cutoff = model->cutoff_radius();
        } else {
            require_data_alike(context, facts);
            const auto& sampling = context.options.model;
            cutoff = training::trainer_of(sampling.encoding).cutoff(sampling);
        }
    }
    return parallel::together(comm, [&] { return system_of(options, file, cutoff); });
}

RolloutInputs::RolloutInputs(const Context& context) {
    const auto& comm = context.comm;
    const auto& options = context.options.rollout;
    const LearnedForce learned = options.force == "exact" ? LearnedForce{} : read_learned(context);
    force.model = learned.model;
    // Numbers of species mean what they mean to the model that moves them.
    if (!options.start.empty())
        file.emplace(open_start(comm, options,
                                force.learned() ? force.model->species_names : potential::SpeciesNames{},
                                units_of_start(options, force.model.get())));
    system = parallel::together(comm, [&] {
        if (!options.described) force.model->require_match(training::facts_of(file->totals(), called(*file)));
        return system_of(options, file, force.learned() ? force.model->cutoff_radius() : 0);
    });
    if (file) {
        configuration = file->read();
        parallel::together(comm, [&] {
            if (!options.described) return;
            require_species(options, *system.reference, configuration.particles);
            require_masses(options, *system.reference, configuration.particles);
        });
        if (!options.described) system.species_count = species_count(comm, configuration.particles);
    }
    if (!force.learned()) {
        force.field = system.exact_force();
        return;
    }
    const auto facts = facts_of(context, *this);
    parallel::together(comm, [&] {
        force.model->require_match(facts);
        force.field = learned.field(system.edge_attribute_names);
    });
    require_able(context, learned.path, force);
}

}  // namespace rfhgn::workflow
