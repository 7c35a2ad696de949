#include <algorithm>
#include <cmath>
#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/dynamics/comparison.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/model/system_match.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/watchdog.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/report/progress.hpp"

#include "checkpoints.hpp"
#include "context.hpp"
#include "deviation_record.hpp"
#include "domain_watch.hpp"
#include "fluid_statistics.hpp"
#include "moving_model.hpp"
#include "pace.hpp"
#include "restart.hpp"
#include "stages.hpp"
#include "start.hpp"

namespace rfhgn::app {

namespace {

void add_output(dynamics::Simulation& simulation, const Context& context,
                const graph::DistributedGraph& graph, const char* trajectory, const char* scalars,
                bool resume, io::ExtraScalars extra_scalars, std::vector<io::ExtraElement> extra = {}) {
    const auto& options = context.options.rollout;
    simulation.observe_with(io::write_trajectory(context.comm, graph,
                                                 {.path = context.output(trajectory),
                                                  .interval = options.interval,
                                                  .forces = options.forces,
                                                  .extra = std::move(extra),
                                                  .last_step = options.steps,
                                                  .resume = resume,
                                                  .box = simulation.box()},
                                                 context.provenance));
    simulation.observe_with(io::write_scalars(context.comm, context.output(scalars), options.scalars_interval,
                                              resume, std::move(extra_scalars)));
}

void write_errors(const Context& context, const std::vector<dynamics::RolloutError>& errors) {
    std::string text = "step,time,position_error,momentum_error,energy_error\n";
    for (const auto& e : errors)
        text += fmt::format("{},{:.10g},{:.6e},{:.6e},{:.6e}\n", e.step, e.time, e.position, e.momentum,
                            e.energy);
    report::write_text(context.comm, context.output("error.csv"), text);
}

report::Json drift_json(const std::vector<dynamics::EnergyRecord::Entry>& entries, GlobalIndex particles) {
    const auto drift = dynamics::energy_drift(entries);
    const double scale = std::fabs(entries.front().energy);
    return {
        {"initial", entries.front().energy},
        {"drift_per_particle_and_time", drift.slope / static_cast<double>(particles)},
        {"largest_relative_deviation", scale > 0 ? drift.largest_deviation / scale : drift.largest_deviation},
        {"largest_momentum_change", drift.largest_momentum_change}};
}

report::Json distribution_json(const graph::DistributionReport& report) {
    return {{"cut_edges", report.cut_edges},
            {"largest_owned", report.largest_owned},
            {"smallest_owned", report.smallest_owned},
            {"largest_halo", report.largest_halo},
            {"most_neighbours", report.most_neighbours}};
}

// What one exchange of positions moves: received by a rank in a step.
report::Json traffic_json(const parallel::Communicator& comm, const graph::DistributedGraph& graph) {
    const auto traffic = graph.halo.traffic();
    const double bytes = 8.0 * graph.dimension * static_cast<double>(traffic.received);
    return {{"messages_per_step_and_rank", report::over_ranks(comm, traffic.neighbours)},
            {"bytes_per_step_and_rank", report::over_ranks(comm, bytes)}};
}

PaceOptions pace_options(const Context& context) {
    const auto& options = context.options.rollout;
    return {options.checkpoint_interval, options.checkpoint_minutes, context.command_line.max_walltime,
            context.command_line.started};
}

// The root speaks; should it be the one that hangs for good, another rank does.
std::function<void()> last_words(const Context& context, const dynamics::Simulation& simulation) {
    return [&] {
        report::print_error(
            fmt::format("nothing was finished for {} seconds: rank {} is at step {}",
                        context.options.rollout.watchdog_seconds, context.comm.rank(),
                        simulation.state().step),
            "a file system or a rank hangs; go on with --restart, or raise rollout.watchdog_seconds");
    };
}

// Frame by frame, so that a run that is to stop outside the model's domain ends with all files closed.
// Returns why it stopped early, with a checkpoint; empty when nothing is left to do.
std::string run(dynamics::Simulation& simulation, const Context& context,
                const graph::DistributedGraph& graph, Checkpoints& checkpoints, const DomainRecord& record) {
    const auto& options = context.options.rollout;
    const auto step = [&] { return simulation.state().step; };
    const auto goes_on = [&] {
        return step() < options.steps && !(options.outside == "stop" && record.first_step >= 0);
    };
    Pace pace(context.comm, pace_options(context), step());
    const double patience = options.watchdog_seconds * (context.comm.is_root() ? 1.0 : 1.1);
    parallel::Watchdog watchdog(patience, static_cast<int>(ExitCode::run_failed),
                                last_words(context, simulation));
    simulation.run_to(step());
    while (goes_on()) {
        const auto next_frame = (step() / options.interval + 1) * options.interval;
        simulation.run_to(std::min({options.steps, next_frame, pace.next_look()}));
        watchdog.alive();
        if (!goes_on() || step() < pace.next_look()) continue;
        const auto verdict = pace.look(step());
        if (verdict != Pace::Verdict::go_on && pace.last_checkpoint() != step()) {
            const double start = parallel::wall_time();
            checkpoints.write(simulation, graph);
            pace.wrote_checkpoint(step(), parallel::wall_time() - start);
            watchdog.alive();
        }
        if (verdict == Pace::Verdict::stop) return pace.reason();
    }
    simulation.finish();
    return {};
}

// After everything is written: all ranks know the same.
void require_inside(const Context& context, const DomainRecord& record) {
    parallel::together(context.comm, [&] {
        require<RunError>(context.options.rollout.outside != "stop" || record.first_step < 0,
                          Advice{outside_advice}, "the rollout stopped at step {}: {}", record.first_step,
                          record.first_excursion);
    });
}

// The reference moves while the simulation is observed: its time is told apart from that of output.
parallel::PhaseTimes all_times(const parallel::PhaseTimes& setup, const dynamics::Simulation& simulation,
                               const dynamics::Simulation* reference) {
    double beside = 0;
    if (reference)
        for (const auto& [phase, seconds] : reference->times().phases()) beside += seconds;
    parallel::PhaseTimes times = setup;
    for (const auto& [phase, seconds] : simulation.times().phases())
        if (phase == "observe") {
            times.add("output", seconds - beside);
        } else {
            times.add(phase, seconds);
        }
    if (reference) times.add("exact beside", beside);
    return times;
}

// Returns where and why it stopped early; empty when it is complete.
std::string roll_out(const Context& context) {
    const auto& options = context.options.rollout;
    const auto& comm = context.comm;
    const bool learned = options.force != "exact";
    const bool compares = learned && options.exact;
    parallel::PhaseTimes setup;
    const double set_up = parallel::wall_time();
    const systems::System described(options.system);
    Configuration from_file;
    if (!options.start.empty()) from_file = read_configuration(comm, described, options.start);
    const systems::System system =
        options.start.empty()
            ? described
            : described.in_box(from_file.box,
                               parallel::sum(comm, static_cast<GlobalIndex>(from_file.particles.id.size())));
    const auto exact = system.hamiltonian();
    const auto path = learned ? moving_model_path(context) : std::string();
    const auto moving_model = learned ? read_moving_model(context, path) : model::CompiledModel{};
    const auto& model = moving_model.model;
    if (learned) model::require_match(model, system);
    const auto moving =
        learned ? moving_hamiltonian(moving_model, system.edge_attribute_names()) : system.hamiltonian();
    Checkpoints checkpoints(context, path, system.nodes());
    const bool resumes = checkpoints.resumes();
    Start start = options.start.empty()
                      ? Start(comm, system, options.initial)
                      : Start(comm, system, options.initial, std::move(from_file.particles));
    if (options.equilibration.steps > 0 && !resumes) {
        const parallel::ScopedPhase phase(setup, "equilibrate");
        start.equilibrate(options.equilibration, options.dt);
    }
    const dynamics::SimulationOptions stepping{.dt = options.dt};
    const Run moved = start.run(*moving, stepping);
    auto& simulation = *moved.simulation;
    const auto& graph = moved.graph();
    const auto distribution = graph::report(comm, graph);
    setup.add("set-up", parallel::wall_time() - set_up - setup.seconds("equilibrate"));
    report::info(fmt::format(
        "rollout: {}, {} particles, {} steps of {}, {} force; {} ranks, halo at most {} of {} particles",
        system.description(), system.nodes(), options.steps, options.dt, options.force, comm.size(),
        distribution.largest_halo, distribution.largest_owned));

    std::optional<ForceDeviation> deviation;
    std::vector<DeviationEntry> deviations;
    std::vector<io::ExtraElement> extra;
    if (options.uncertainty) {
        deviation.emplace(comm, model);
        extra.push_back({"force_deviation", [&](const auto& frame) { return deviation->of(frame); }});
    }
    add_output(simulation, context, graph, "trajectory.h5md", "rollout.csv", resumes,
               thermodynamic_scalars(comm, system, *moving), std::move(extra));
    if (deviation) simulation.observe_with(record_deviations(comm, *deviation, options.interval, deviations));
    std::optional<FluidStatistics> statistics;
    std::optional<FluidStatistics> exact_statistics;
    if (options.observes) statistics.emplace(comm, system, *moving, options, simulation);
    Run beside;
    std::vector<dynamics::RolloutError> errors;
    if (compares) {
        beside = start.run(*exact, stepping);
        if (options.observes) exact_statistics.emplace(comm, system, *exact, options, *beside.simulation);
        add_output(*beside.simulation, context, beside.graph(), "exact.h5md", "exact.csv", resumes,
                   thermodynamic_scalars(comm, system, *exact));
        simulation.observe_with(std::make_unique<dynamics::Comparison>(comm, *beside.simulation, *exact,
                                                                       options.scalars_interval, errors));
    }
    std::vector<dynamics::EnergyRecord::Entry> energies;
    simulation.observe_with(std::make_unique<dynamics::EnergyRecord>(options.scalars_interval, energies));
    DomainRecord domain;
    const bool watches = learned && options.outside != "ignore";
    if (watches) simulation.observe_with(watch_domain(comm, model, options.interval, domain));
    simulation.observe_with(report::show_progress(comm, "rollout", options.steps));

    if (resumes) checkpoints.restore(simulation);

    const double begin = parallel::wall_time();
    const auto first_step = simulation.state().step;
    const auto stopped = run(simulation, context, graph, checkpoints, domain);
    const auto steps = simulation.state().step;
    if (!stopped.empty())
        return fmt::format("rollout: stopped at step {} of {} by {}, with a checkpoint", steps, options.steps,
                           stopped);
    const double seconds = parallel::wall_time() - begin;
    if (compares) write_errors(context, errors);
    if (deviation) report::write_text(comm, context.output("deviation.csv"), to_csv(deviations));

    if (statistics) statistics->write(comm, context.output(""));
    if (exact_statistics) exact_statistics->write(comm, context.output("exact-"));

    const auto times = all_times(setup, simulation, beside.simulation.get());
    report::Json summary;
    summary["stage"] = "rollout";
    summary["system"] = system.description();
    summary["force"] = options.force;
    summary["particles"] = system.nodes();
    summary["edges"] = graph.total_edges;
    summary["steps"] = steps;
    if (resumes) summary["resumed_at_step"] = first_step;
    summary["dt"] = options.dt;
    summary["ranks"] = comm.size();
    const double stepping_seconds = times.seconds("forces") + times.seconds("halo") +
                                    times.seconds("integrate") + times.seconds("neighbours");
    summary["seconds_total"] = seconds;
    summary["ns_per_particle_and_step"] =
        1e9 * stepping_seconds /
        (static_cast<double>(system.nodes()) *
         static_cast<double>(std::max<std::int64_t>(steps - first_step, 1)));
    summary["energy"] = drift_json(energies, system.nodes());
    if (!errors.empty())
        summary["last_error"] = {{"time", errors.back().time},
                                 {"position", errors.back().position},
                                 {"momentum", errors.back().momentum},
                                 {"energy", errors.back().energy}};
    if (moved.following)
        summary["neighbours"] = {{"rebuilds", moved.following->counts().rebuilds},
                                 {"bisections", moved.following->counts().bisections}};
    if (statistics) summary["averages"] = statistics->averages();
    if (exact_statistics) summary["exact_averages"] = exact_statistics->averages();
    if (watches) summary["outside"] = to_json(domain, model);
    if (deviation) summary["force_deviation"] = to_json(deviations, model.message_posterior.noise);
    summary["distribution"] = distribution_json(distribution);
    summary["traffic"] = traffic_json(comm, graph);
    summary["seconds"] = report::phase_table(comm, times);
    summary["provenance"] = report::to_json(context.provenance);
    report::write_summary(comm, context.output("rollout.json"), summary);
    checkpoints.remove();
    report::info(report::phase_text(summary["seconds"]));
    report::info(fmt::format("rollout: relative energy deviation at most {:.2e}, momentum change {:.1e}",
                             summary["energy"]["largest_relative_deviation"].get<double>(),
                             summary["energy"]["largest_momentum_change"].get<double>()));
    if (!errors.empty())
        report::info(
            fmt::format("rollout: at time {:.4g} against the exact trajectory: position error {:.2e}, energy "
                        "error {:.2e}",
                        errors.back().time, errors.back().position, errors.back().energy));
    require_inside(context, domain);
    return {};
}

}  // namespace

// All files are closed by the time that it throws.
void rollout(const Context& context) {
    if (const auto stopped = roll_out(context); !stopped.empty()) stop_early(stopped);
}

}  // namespace rfhgn::app
