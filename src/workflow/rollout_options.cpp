#include <fmt/format.h>

#include "rfhgn/dynamics/observer_kinds.hpp"

#include "option_tables.hpp"

namespace rfhgn::workflow {

using config::Interval;
using config::Section;

namespace {

bool is_fluid(const systems::SystemOptions& system) {
    return system.graph == "cutoff";
}

// Whether particles live in a box, or, of a file alone, may.
bool may_be_fluid(const RolloutOptions& options) {
    return !options.described || is_fluid(options.system);
}

void check_fluid(const Section& section, const RolloutOptions& options) {
    const auto& sampling = options.observe.sampling;
    const Section table = section.section("observe");
    if (options.observes && options.steps / sampling.interval < sampling.blocks)
        table.problem("blocks", fmt::format("needs at least one sample a block, but {} steps have {} samples",
                                            options.steps, options.steps / sampling.interval));
    if (may_be_fluid(options)) return;
    constexpr const char* fluids_only = "fluids, whose graph is \"cutoff\"";
    if (!options.start.empty())
        section.problem("start", fmt::format("is for {}; without a [system], for any data set", fluids_only));
    if (options.observes && options.observe.kinds.empty())
        table.problem("", fmt::format("measures {}", fluids_only));
}

// Where the state comes from, and what of it the deck says.
void bind_start(Section section, const Section& system, const Section& system_table,
                const Section& generate_table, RolloutOptions& options) {
    options.start_given = options.described || section.has("start");
    section.file(
        "start", options.start,
        "data set with the configuration to begin with: a fluid in its own box, with its own masses; "
        "without a [system] any, with its own graph or box; its momenta, too, or, where all are "
        "zero, those of temperature; default: the initial state, or, without a [system], train.data");
    options.frame_given = section.has("frame");
    section.integer("frame", options.frame, Interval::between(-1e15, 1e15),
                    "which configuration of the start, from 0 on; negative: from the end");
    section.integers("replicate", options.replicate, Interval::between(1, 1e6),
                     "copies of the start along each vector of its box, which is periodic there");
    options.initial.bind(section.over(generate_table));
    bind_equilibration(section, options.equilibration, options.initial);
    const bool drawn = options.described && options.start.empty();
    section.only_if({"displacement", "momentum", "zero_total_momentum"}, drawn,
                    "start is left out: the file says where particles are and how they move");
    section.only_if({"frame", "replicate"}, !drawn, "start is given: system.size says how large a system is");
    section.only_if("seed", drawn ? options.initial.drawn() : options.initial.temperature > 0,
                    "a state is drawn");
    system.only_if({"size", "lattice", "density", "lattice_constant", "minimum_distance", "tilt", "seed"},
                   drawn, "rollout.start is left out: the file has particles and a box of its own");
    if (drawn) return;
    options.temperature_given = section.has("temperature");
    const auto given = [&](const char* key) { return system.has(key) || system_table.has(key); };
    options.mass_given = given("mass") || given("masses");
    options.boundary_given = given("boundary");
}

// Without a [system] nobody knows the exact force, nor what there is to move but from a file.
void check_described(const Section& section, const RolloutOptions& options) {
    if (options.described) return;
    constexpr const char* needs = "needs a [system] table: of a file alone nobody knows the exact force";
    if (options.exact) section.problem("exact", needs);
    if (options.force == "exact") section.problem("force", fmt::format("is \"exact\", which {}", needs));
    if (options.start.empty())
        section.problem("",
                        "needs a [system] table that says what to simulate, or rollout.start (default: "
                        "train.data), a data set to begin with");
    if (section.has("system")) section.problem("system", "needs a [system] table, which it takes over");
}

void say_what_acts(const Section& section, const RolloutOptions& options) {
    const bool learned = options.force != "exact";
    section.only_if({"model", "exact", "outside"}, learned, "force is \"learned\" or \"tabulated\"");
    section.only_if({"tolerance", "most_iterations"}, options.force == "learned", "force is \"learned\"");
    section.only_if("neighbour_list", may_be_fluid(options), "graph is \"cutoff\"");
    section.only_if("neighbour_list", !options.uncertainty || options.list_style == "full",
                    "uncertainty is false: deviations need a full list");
}

}  // namespace

void bind_rollout(Section section, RolloutOptions& options, const Section& system_table,
                  const Section& generate_table) {
    section.file("model", options.model,
                 "default: the one that train wrote, or, with force = \"tabulated\", that tabulate wrote");
    section.choice(
        "force", options.force, {"learned", "tabulated", "exact"},
        "which Hamiltonian moves the system; tabulated: tables of the learned one, see [tabulate]");
    section.boolean("exact", options.exact,
                    "roll the exact system out beside and report errors; default without a [system]: false");
    section.integer("steps", options.steps, Interval::between(1, 1e15), "leapfrog steps");
    section.number_or_auto(
        "dt", options.dt, Interval::positive(), "time",
        "step; auto, the default without a [system]: 1/40 of the shortest period about the "
        "start, by the force that moves it");
    section.number(
        "tolerance", options.tolerance, Interval::positive(), "",
        "of each implicit stage of a step, where the model is not separable (frame, absolute): largest "
        "change over largest component");
    section.integer("most_iterations", options.most_iterations, Interval::between(1, 1e6),
                    "of an implicit stage; the run stops when the tolerance is not reached by then");
    section.integer("interval", options.interval, Interval::between(1, 1e15),
                    "steps between frames of the trajectory");
    section.integer("scalars_interval", options.scalars_interval, Interval::between(1, 1e15),
                    "steps between lines of energies and errors");
    section.boolean("forces", options.forces, "write forces to the trajectory");
    section.boolean(
        "uncertainty", options.uncertainty,
        "write the standard deviation of every learned force to the trajectory, and their sizes to "
        "deviation.csv");
    section.choice("outside", options.outside, {"warn", "stop", "ignore"},
                   "what to do when a frame leaves the distances, momenta, masses or edge attributes of the "
                   "training data");
    section.renamed("shell", "neighbour_list");
    options.list_style_given = !options.described && section.has("neighbour_list");
    section.choice("neighbour_list", options.list_style, {"half", "full"},
                   "of a fluid over ranks; half: one of two ranks computes a pair and sends the force home; "
                   "full: both compute it and no force travels, for few particles a rank on a slow network");
    section.integer("checkpoint_interval", options.checkpoint_interval, Interval::between(0, 1e15),
                    "steps between checkpoints; 0: by time only");
    section.number("checkpoint_minutes", options.checkpoint_minutes, Interval::at_least(0), "minutes",
                   "wall time between checkpoints; 0: by steps only");
    bind_watchdog(section, options.watchdog_seconds, "step, frame or checkpoint");
    if (options.uncertainty && options.force == "exact")
        section.problem("uncertainty", "needs force = \"learned\": exact forces have no standard deviation");
    Section system = section.section("system");
    options.system.bind(system.over(system_table));
    options.system.check(system);
    bind_start(section, system, system_table, generate_table, options);
    options.observes = section.has("observe");
    options.observe.bind(section.section("observe"), may_be_fluid(options), dynamics::observer_kinds());
    const bool either = section.has("tolerance") || section.has("most_iterations");
    options.implicit_given = options.force == "learned" && either;
    say_what_acts(section, options);
    check_fluid(section, options);
    check_described(section, options);
}

}  // namespace rfhgn::workflow
