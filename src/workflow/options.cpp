#include "rfhgn/workflow/options.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/training/trainer.hpp"

#include "option_tables.hpp"

namespace rfhgn::workflow {

namespace {

using config::Interval;
using config::Section;

void bind(Section section, GenerateOptions& options) {
    section.integer("trajectories", options.trajectories, Interval::between(1, 1e9),
                    "independent initial states");
    section.integer("frames", options.frames, Interval::between(1, 1e9), "snapshots of each trajectory");
    section.integer("interval", options.interval, Interval::between(1, 1e9), "steps between snapshots");
    section.number("dt", options.dt, Interval::positive(), "time", "step of the exact trajectories");
    section.boolean("rates", options.rates,
                    "write dq/dt and dp/dt; false: a time series of positions and momenta only");
    section.number("noise", options.noise, Interval::at_least(0), "",
                   "standard deviation of noise added to what is written, relative to each quantity's own");
    bind_watchdog(section, options.watchdog_seconds, "step");
    options.initial.bind(section);
    bind_equilibration(section, options.equilibration, options.initial);
    section.only_if("interval", options.frames > 1, "frames is above 1");
    section.only_if("seed", options.initial.drawn() || options.noise > 0, "a state or noise is drawn");
}

void bind(Section section, TrainOptions& options) {
    section.file("data", options.data, "data set to train on; default: the one that generate wrote");
    section.file("layers", options.layers,
                 "a model whose hidden layers are taken, so that both can be merged; default: new layers");
    section.file(
        "update", options.update,
        "a model trained with keep_factor: its layers stay, and these data join those that it knows");
    section.number("checkpoint_minutes", options.checkpoint_minutes, Interval::at_least(0), "minutes",
                   "wall time after which a rank keeps what it has made of its rows; 0: never");
    bind_watchdog(section, options.watchdog_seconds, "reading, block of rows or solution");
    options.training.bind(section);
    const auto& solving = options.training.least_squares;
    section.only_if("checkpoint_minutes", solving.method == "direct", "method is \"direct\"");
    section.only_if({"lsqr_iterations", "rows", "row_memory"}, options.update.empty(),
                    "update is left out: LSQR needs the earlier rows");
    section.only_if("keep_factor", options.update.empty() || options.training.keep_factor,
                    "update is left out: what goes on from R factors keeps them");
    if (!options.layers.empty() && !options.update.empty())
        section.problem("layers",
                        "cannot be given together with train.update, which takes the model's layers");
    if (!options.update.empty() && options.training.least_squares.method == "lsqr")
        section.problem("update", "needs train.method = \"direct\": earlier rows are gone");
}

void bind(Section section, TabulateStageOptions& options) {
    section.file("model", options.model, "default: the one that train wrote");
    options.tables.bind(section);
    section.boolean("lammps", options.lammps,
                    "write table.lammps, data.lammps (the first snapshot of train.data) and in.lammps");
    section.integer("lammps_points", options.lammps_points, Interval::between(50, 1e6),
                    "points of each table for LAMMPS");
    section.only_if("lammps_points", options.lammps, "lammps is true");
}

// What is in the tables that those of other systems take over.
struct Inherited {
    Section system_table;
    const systems::SystemOptions& system;
    Section generate_table;
    const dynamics::EquilibrationOptions& equilibration;
};

ZeroShotOptions bind_zero_shot(Section table, const std::string& name, const EvaluateOptions& options,
                               const Section& evaluate, const Inherited& from) {
    ZeroShotOptions target{name, 1, from.system, options.initial, from.equilibration};
    table.integer("snapshots", target.snapshots, Interval::between(1, 1e9), "initial states of this system");
    target.system.bind(table.over(from.system_table));
    target.system.check(table);
    // A state has a seed of its own; the system's key of that name is taken.
    Section state = table.over(evaluate);
    state.number("displacement", target.initial.displacement, Interval::at_least(0), "length",
                 "largest displacement per component");
    state.number("momentum", target.initial.momentum, Interval::at_least(0), "momentum",
                 "largest momentum per component");
    state.number("temperature", target.initial.temperature, Interval::at_least(0), "temperature",
                 "of the momenta; 0: drawn by momentum");
    table.only_if("momentum", target.initial.temperature == 0, "temperature is 0");
    bind_equilibration(table.over(from.generate_table), target.equilibration, target.initial);
    return target;
}

void say_what_acts(const Section& section, const EvaluateOptions& options) {
    const bool fresh = options.data.empty();
    constexpr const char* fresh_only = "data is left out: snapshots of a file are as they are";
    section.only_if({"snapshots", "displacement", "momentum", "temperature"}, fresh, fresh_only);
    section.only_if({"seed", "zero_total_momentum"}, fresh || !options.zero_shot.empty(), fresh_only);
    section.only_if({"stream", "data_memory"}, !fresh, "data is given: fresh snapshots stay in memory");
    const bool drawn = options.initial.drawn() ||
                       std::any_of(options.zero_shot.begin(), options.zero_shot.end(),
                                   [](const ZeroShotOptions& target) { return target.initial.drawn(); });
    section.only_if("seed", drawn, "a state is drawn");
}

void bind(Section section, EvaluateOptions& options, const Inherited& from) {
    section.file("model", options.model, "default: the one that train wrote");
    section.file("data", options.data, "data set to judge by; default: fresh snapshots of [system]");
    section.integer("snapshots", options.snapshots, Interval::between(1, 1e9), "fresh snapshots of [system]");
    bind_watchdog(section, options.watchdog_seconds, "snapshot or block of them");
    options.streaming.bind(section);
    options.initial.bind(section.over(from.generate_table));
    const Section zero_shot = section.section("zero_shot");
    for (const auto& name : zero_shot.tables())
        options.zero_shot.push_back(bind_zero_shot(zero_shot.section(name), name, options, section, from));
    say_what_acts(section, options);
}

void check_step(const Section& section, double dt, const systems::SystemOptions& system,
                const systems::InitialStateOptions& initial) {
    try {
        const double limit = systems::System(system).certainly_unstable_step(initial);
        if (dt > limit)
            section.problem(
                "dt",
                fmt::format(
                    "is {}, but leapfrog is unstable above {:.3g} for this system (2/omega of a motion "
                    "that its initial states have); use at most a tenth of it for accurate trajectories",
                    dt, limit));
    } catch (const InputError&) {
        return;  // reported where the system is checked
    }
}

void check_particles(const Section& section, const systems::SystemOptions& system, int ranks) {
    try {
        const auto nodes = systems::System(system).nodes();
        if (ranks > nodes)
            section.problem(
                "size", fmt::format("gives {} particles, fewer than the {} ranks of this job; use at most {} "
                                    "ranks",
                                    nodes, ranks, nodes));
    } catch (const InputError&) {
        return;
    }
}

// A model of a fluid ends where the fluid's forces do, unless the deck says otherwise.
void follow_system(const systems::SystemOptions& system, model::SamplingOptions& model) {
    if (system.graph != "cutoff") return;
    model.cutoff = system.fluid.cutoff;
    model.cutoff_function = system.fluid.truncation == "smooth" ? "smooth" : "sharp";
    model.smooth_from = system.fluid.smooth_from;
}

// What [rollout] means where a file alone says what there is to move.
void follow_file(const TrainOptions& train, RolloutOptions& rollout) {
    rollout.start = train.data;
    rollout.exact = false;
    rollout.dt = config::NumberOrAuto::chosen();
}

// Tables for LAMMPS are made before a force could choose the step.
void check_lammps(const Section& root, const Options& options) {
    if (options.tabulates && options.tabulate.lammps && options.rollout.dt.automatic)
        root.section("tabulate").problem("lammps", "needs rollout.dt, the step of in.lammps, as a number");
}

// Other systems equilibrate by the same steps.
void say_what_generate_needs(const Section& generate, const Options& options) {
    const auto& targets = options.evaluate.zero_shot;
    const bool equilibrates = options.generate.equilibration.steps > 0 ||
                              std::any_of(targets.begin(), targets.end(), [](const ZeroShotOptions& target) {
                                  return target.equilibration.steps > 0;
                              });
    generate.only_if("dt", options.generate.frames > 1 || equilibrates,
                     "frames is above 1 or something is equilibrated");
}

void require_system(const Options& options, const config::Section& root, bool needed, const char* what) {
    if (needed && !options.has_system)
        root.problem(what, "needs a [system] table that says what to simulate");
}

}  // namespace

Options read_options(config::Deck& deck, int ranks) {
    Options options;
    Section root = deck.root();
    options.has_system = root.has("system");
    options.has_model = root.has("model");
    options.generates = root.has("generate");
    options.trains = root.has("train") || options.has_model;
    root.renamed("compile", "tabulate");
    options.tabulates = root.has("tabulate");
    options.evaluates = root.has("evaluate");
    options.rolls_out = root.has("rollout");

    Section system = root.section("system");
    options.system.bind(system);
    options.system.check(system);

    // Particles that are near their neighbours already must not be pushed into them.
    if (options.system.graph == "cutoff") options.generate.initial.displacement = 0.0;
    Section generate = root.section("generate");
    bind(generate, options.generate);
    follow_system(options.system, options.model);
    options.model.bind(root.section("model"));
    options.train.training.uncertainty = training::widest_problem(options.model) <= 512;
    bind(root.section("train"), options.train);
    root.section("train").only_if("folds", training::trainer_of(options.model.encoding).cross_validates(),
                                  "[model] encoding is \"many_body\"");
    root.section("model").only_if(
        {"sampler", "species", "gap", "steepness", "weight_scale", "bias_range", "seed"},
        options.train.layers.empty() && options.train.update.empty(),
        "train.layers and train.update are left out: the layers of a model are there already");

    bind(root.section("tabulate"), options.tabulate);

    // States for judging are drawn like those for training, with seeds of their own.
    options.evaluate.initial = options.generate.initial;
    options.evaluate.initial.seed += 1000;
    bind(root.section("evaluate"), options.evaluate,
         {system, options.system, generate, options.generate.equilibration});
    options.rollout.system = options.system;
    options.rollout.initial = options.generate.initial;
    options.rollout.initial.seed += 2000;
    options.rollout.described = options.has_system || !options.rolls_out;
    if (!options.rollout.described) follow_file(options.train, options.rollout);
    Section rollout = root.section("rollout");
    bind_rollout(rollout, options.rollout, system, generate);
    say_what_generate_needs(generate, options);

    require_system(options, root, options.generates, "generate");
    require_system(options, root, options.evaluates && options.evaluate.data.empty(), "evaluate");
    if (options.generates && (options.generate.frames > 1 || options.generate.equilibration.steps > 0))
        check_step(generate, options.generate.dt, options.system, options.generate.initial);
    for (const auto& target : options.evaluate.zero_shot)
        if (target.equilibration.steps > 0)
            check_step(generate, options.generate.dt, target.system, target.initial);
    if (options.rolls_out && options.has_system) {
        const auto& dt = options.rollout.dt;
        if (!dt.automatic) check_step(rollout, dt.value, options.rollout.system, options.rollout.initial);
        check_particles(rollout.section("system").has("size") ? rollout.section("system") : system,
                        options.rollout.system, ranks);
    }
    check_lammps(root, options);
    deck.finish();
    return options;
}

}  // namespace rfhgn::workflow
