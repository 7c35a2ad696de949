#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/checkpoint_schedule.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "checkpoints.hpp"
#include "equilibration.hpp"
#include "measurements.hpp"
#include "restart.hpp"
#include "rollout_records.hpp"
#include "rollout_setup.hpp"

namespace rfhgn::workflow {

namespace {

report::Json distribution_json(const graph::DistributionReport& report) {
    return {{"cut_edges", report.cut_edges},
            {"largest_owned", report.largest_owned},
            {"smallest_owned", report.smallest_owned},
            {"largest_halo", report.largest_halo},
            {"most_neighbours", report.most_neighbours}};
}

// What a rank receives in a step: positions of ghosts, and in a half list what they did to its particles.
report::Json traffic_json(const parallel::Communicator& comm, const graph::DistributedGraph& graph) {
    const auto traffic = graph.halo.traffic();
    const bool returns = graph.list_style == graph::ListStyle::half;
    const auto nodes = static_cast<double>(traffic.received + (returns ? traffic.sent : 0));
    const int messages = traffic.neighbours + (returns ? traffic.receivers : 0);
    return {{"messages_per_step_and_rank", report::over_ranks(comm, messages)},
            {"bytes_per_step_and_rank", report::over_ranks(comm, 8.0 * graph.dimension * nodes)}};
}

// Frame by frame, so that a run that is to stop outside the model's training range ends with all files
// closed. Returns why it stopped early, with a checkpoint; empty when nothing is left to do.
std::string run(dynamics::Simulation& simulation, const Context& context,
                const graph::DistributedGraph& graph, Checkpoints& checkpoints,
                const ExtrapolationRecord& record, report::Json& spread) {
    const auto& options = context.options.rollout;
    const auto step = [&] { return simulation.state().step; };
    const auto goes_on = [&] {
        return step() < options.steps && !(options.outside == "stop" && record.first_step >= 0);
    };
    CheckpointSchedule schedule(context.comm, schedule_options(context), step());
    const auto write_checkpoint = [&] {
        const double start = parallel::wall_time();
        checkpoints.write(simulation, graph);
        schedule.wrote_checkpoint(step(), parallel::wall_time() - start);
    };
    simulation.run_to(step());
    while (goes_on()) {
        const auto next_frame = (step() / options.interval + 1) * options.interval;
        simulation.run_to(std::min({options.steps, next_frame, schedule.next_look()}));
        parallel::note_step(step());
        if (!goes_on() || step() < schedule.next_look()) continue;
        const auto verdict = schedule.look(step());
        if (verdict != CheckpointSchedule::Verdict::go_on && schedule.last_checkpoint() != step())
            write_checkpoint();
        if (verdict == CheckpointSchedule::Verdict::stop) return schedule.reason();
    }
    // A checkpoint cuts a fluid's box anew: what is told is how the steps were shared.
    spread = {{"distribution", distribution_json(graph::report(context.comm, graph))},
              {"traffic", traffic_json(context.comm, graph)}};
    // Before files are closed: whoever wants more steps later goes on from here.
    if (schedule.last_checkpoint() != step()) write_checkpoint();
    simulation.finish();
    return {};
}

// After everything is written: all ranks know the same.
void require_inside(const Context& context, const ExtrapolationRecord& record) {
    parallel::together(context.comm, [&] {
        require<RunError>(context.options.rollout.outside != "stop" || record.first_step < 0,
                          Advice{outside_advice}, "the rollout stopped at step {}: {}", record.first_step,
                          record.first_extrapolation);
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

double stepping_seconds(const parallel::PhaseTimes& times) {
    return times.seconds("forces") + times.seconds("halo") + times.seconds("integrate") +
           times.seconds("neighbours");
}

struct Progress {
    std::int64_t first_step = 0;
    std::int64_t steps = 0;
    bool resumed = false;
    double seconds = 0;
    parallel::PhaseTimes times;
    report::Json spread;  ///< of particles and messages over ranks, in the last step
};

report::Json summarise(const Context& context, const RolloutSetup& setup, const SimulationRun& moved,
                       const RolloutRecords& records, const Progress& course) {
    const auto& comm = context.comm;
    const auto particles = setup.system().nodes;
    const auto steps_done = std::max<std::int64_t>(course.steps - course.first_step, 1);
    report::Json summary;
    summary["stage"] = "rollout";
    summary["system"] = setup.system().description;
    if (setup.file())
        summary["start"] = {{"file", context.options.rollout.start}, {"frame", setup.file()->frame()}};
    summary["force"] = context.options.rollout.force;
    summary["particles"] = particles;
    summary["edges"] = moved.graph().total_edges;
    summary["steps"] = course.steps;
    if (course.resumed) summary["resumed_at_step"] = course.first_step;
    summary["dt"] = setup.step().dt;
    if (setup.step().modes) summary["step"] = to_json(setup.step());
    summary["ranks"] = comm.size();
    summary["seconds_total"] = course.seconds;
    summary["ns_per_particle_and_step"] = 1e9 * stepping_seconds(course.times) /
                                          (static_cast<double>(particles) * static_cast<double>(steps_done));
    for (const auto& [name, step] : moved.simulation->late_observers()) summary["observed_from"][name] = step;
    if (moved.following)
        summary["neighbours"] = {{"rebuilds", moved.following->counts().rebuilds},
                                 {"bisections", moved.following->counts().bisections}};
    records.add_to(summary);
    summary.update(course.spread);
    summary["seconds"] = report::phase_table(comm, course.times);
    summary["peak_memory_mib"] = report::over_ranks(comm, report::peak_memory_mib());
    summary["provenance"] = report::to_json(context.provenance);
    return summary;
}

void log_start(const Context& context, const RolloutSetup& setup, const graph::DistributedGraph& graph) {
    const auto& options = context.options.rollout;
    const auto distribution = graph::report(context.comm, graph);
    report::info(fmt::format(
        "rollout: {}, {} particles, {} steps of {}, {} force; {} ranks, halo at most {} of {} particles",
        setup.system().description, setup.system().nodes, options.steps, setup.step().dt, options.force,
        context.comm.size(), distribution.largest_halo, distribution.largest_owned));
}

// What is known of a step: by the law of [system], or by the force at the start.
void judge_step(const RolloutSetup& setup) {
    const auto& [dt, chosen, modes] = setup.step();
    if (!modes) return warn_of_step("rollout.dt", dt, *setup.system().reference);
    report::info(fmt::format("rollout: {}", describe(setup.step())));
    constexpr double near = 0.5;
    if (dt > near * modes->stable_step())
        report::warn(
            fmt::format("rollout.dt is {}, near leapfrog's limit {:.3g} at the start, and on the way forces "
                        "may be stiffer; watch the energy, or use a smaller step",
                        dt, modes->stable_step()));
}

// Any number of ranks works; too many gain nothing.
void warn_of_thin_subdomains(const parallel::Communicator& comm, const SimulationRun& moved) {
    if (!moved.following) return;
    const auto useful = graph::most_useful_ranks(moved.following->box(), moved.following->options());
    if (comm.size() <= useful) return;
    report::warn(fmt::format(
        "rollout: on {} ranks subdomains of the box are thinner than cutoff and skin together, so that most "
        "particles are ghosts of several ranks; use at most {}",
        comm.size(), useful));
}

// Returns where and why it stopped early; empty when it is complete.
std::string roll_out(const Context& context) {
    const auto& options = context.options.rollout;
    parallel::PhaseTimes times;
    const double entered = parallel::wall_time();
    RolloutSetup setup(context);
    parallel::interruption_point(context.comm);
    Checkpoints checkpoints(context, setup);
    Progress course;
    course.resumed = checkpoints.resumes();
    if (!course.resumed && options.equilibration.steps > 0) {
        const parallel::ScopedPhase phase(times, "equilibrate");
        equilibrate(context, setup);
    }
    const dynamics::SimulationOptions stepping{
        .dt = setup.step().dt, .tolerance = options.tolerance, .most_iterations = options.most_iterations};
    const SimulationRun moved = setup.start().run(*setup.force().field, stepping, list_style_of(options));
    const SimulationRun beside =
        options.moves_beside() ? setup.start().run(*setup.exact(), stepping) : SimulationRun{};
    auto& simulation = *moved.simulation;
    parallel::interruption_point(context.comm);
    times.add("set-up", parallel::wall_time() - entered - times.seconds("equilibrate"));
    log_start(context, setup, moved.graph());
    judge_step(setup);
    warn_of_thin_subdomains(context.comm, moved);
    RolloutRecords records(context, setup, moved, beside, course.resumed);
    if (course.resumed) checkpoints.restore(simulation);

    const double begin = parallel::wall_time();
    course.first_step = simulation.state().step;
    const auto stopped =
        run(simulation, context, moved.graph(), checkpoints, records.training_range(), course.spread);
    course.steps = simulation.state().step;
    if (!stopped.empty())
        return fmt::format("rollout: stopped at step {} of {} by {}, with a checkpoint", course.steps,
                           options.steps, stopped);
    course.seconds = parallel::wall_time() - begin;
    course.times = all_times(times, simulation, beside.simulation.get());
    records.write();
    const auto summary = summarise(context, setup, moved, records, course);
    report::write_summary(context.comm, context.output("rollout.json"), summary);
    checkpoints.keep_last();
    report::info(report::phase_text(summary["seconds"]));
    records.log();
    require_inside(context, records.training_range());
    return {};
}

// All files are closed by the time that it throws.
void rollout(const Context& context) {
    if (const auto stopped = roll_out(context); !stopped.empty()) stop_early(stopped);
}

std::vector<StageInput> inputs(const Options& options) {
    const auto& rollout = options.rollout;
    std::vector<StageInput> files;
    if (rollout.force != "exact")
        files.push_back(
            {"rollout.model", rollout.model, rollout.force == "tabulated" ? "tabulated.h5" : "model.h5"});
    if (!rollout.start.empty()) files.push_back({"rollout.start", rollout.start, ""});
    return files;
}

std::vector<std::string> files(const Options& options) {
    const auto& rollout = options.rollout;
    const bool beside = rollout.moves_beside();
    std::vector<std::string> names{"trajectory.h5md", "rollout.csv"};
    if (beside) names.insert(names.end(), {"exact.h5md", "exact.csv", "error.csv"});
    for (const char* prefix : {"", "exact-"})
        if (rollout.observes && (beside || *prefix == '\0'))
            for (auto& name : measurement_files(rollout.observe, prefix)) names.push_back(std::move(name));
    if (rollout.uncertainty) names.emplace_back("deviation.csv");
    names.emplace_back("rollout.json");
    return names;
}

std::vector<std::string> checkpoints(const std::string& folder) {
    auto paths = io::checkpoint_files(rollout_checkpoints(folder));
    for (auto& path : io::checkpoint_files(equilibration_checkpoints(folder)))
        paths.push_back(std::move(path));
    return paths;
}

}  // namespace

const Stage rollout_stage{
    .name = "rollout",
    .help = "integrate in time with the learned or the exact force",
    .in_deck = &Options::rolls_out,
    .depends_on = [](const Options&) -> std::vector<std::string> {
        return {"system", "rollout"};
    },
    .inputs = inputs,
    .files = files,
    .checkpoints = checkpoints,
    .check_inputs = check_rollout_inputs,
    .grows = "rollout.steps",
    .run = rollout,
};

}  // namespace rfhgn::workflow
