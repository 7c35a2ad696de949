#include "rollout_records.hpp"

#include <cmath>

#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/report/progress.hpp"

namespace rfhgn::workflow {

namespace {

std::string to_csv(const std::vector<dynamics::RolloutError>& errors) {
    std::string text = "step,time,position_error,momentum_error,energy_error\n";
    for (const auto& e : errors)
        text += fmt::format("{},{:.10g},{:.6e},{:.6e},{:.6e}\n", e.step, e.time, e.position, e.momentum,
                            e.energy);
    return text;
}

}  // namespace

RolloutRecords::RolloutRecords(const Context& context, const RolloutSetup& setup, const SimulationRun& moved,
                               const SimulationRun& beside, bool resumes)
    : context_(context), setup_(setup) {
    const auto& options = context.options.rollout;
    auto& simulation = *moved.simulation;
    observe_moved(moved, resumes);
    if (beside.simulation) observe_beside(moved, beside, resumes);
    simulation.observe_with(std::make_unique<dynamics::EnergyRecord>(options.scalars_interval, energies_));
    if (watches())
        simulation.observe_with(
            watch_extrapolation(context.comm, *setup.force().model, options.interval, training_range_));
    simulation.observe_with(report::show_progress(context.comm, "rollout", options.steps));
}

bool RolloutRecords::watches() const {
    const auto& model = setup_.force().model;
    return model && model->knows_training_range() && context_.options.rollout.outside != "ignore";
}

void RolloutRecords::observe_moved(const SimulationRun& moved, bool resumes) {
    const auto& options = context_.options.rollout;
    const auto& force = setup_.force();
    std::vector<io::ExtraElement> extra;
    if (options.uncertainty) {
        deviation_.emplace(context_.comm, *force.model);
        extra.push_back({"force_deviation", [this](const auto& frame) { return deviation_->of(frame); }});
    }
    add_output(moved, force.field.get(), "trajectory.h5md", "rollout.csv", resumes, std::move(extra));
    if (deviation_)
        moved.simulation->observe_with(
            record_deviations(context_.comm, *deviation_, options.interval, deviations_));
    if (options.observes)
        measurements_.emplace(
            options.observe,
            observed_run(context_.comm, setup_.system(), *force.field, options, setup_.step().dt),
            *moved.simulation);
}

void RolloutRecords::observe_beside(const SimulationRun& moved, const SimulationRun& beside, bool resumes) {
    const auto& options = context_.options.rollout;
    const auto& exact = *setup_.exact();
    if (options.observes)
        exact_measurements_.emplace(
            options.observe, observed_run(context_.comm, setup_.system(), exact, options, setup_.step().dt),
            *beside.simulation);
    add_output(beside, &exact, "exact.h5md", "exact.csv", resumes, {});
    moved.simulation->observe_with(std::make_unique<dynamics::Comparison>(
        context_.comm, *beside.simulation, exact, options.scalars_interval, errors_));
}

void RolloutRecords::add_output(const SimulationRun& run, const potential::ForceField* field,
                                const char* trajectory, const char* scalars, bool resumes,
                                std::vector<io::ExtraElement> extra) {
    const auto& options = context_.options.rollout;
    run.simulation->observe_with(io::write_trajectory(context_.comm, run.graph(),
                                                      {.path = context_.output(trajectory),
                                                       .interval = options.interval,
                                                       .forces = options.forces,
                                                       .extra = std::move(extra),
                                                       .last_step = options.steps,
                                                       .resume = resumes,
                                                       .box = run.simulation->box(),
                                                       .species_names = setup_.species_names(),
                                                       .units = setup_.system().units.name},
                                                      context_.provenance));
    run.simulation->observe_with(io::write_scalars(
        context_.comm, context_.output(scalars), options.scalars_interval, resumes,
        field ? thermodynamic_scalars(context_.comm, setup_.system(), *field) : io::ExtraScalars{}));
}

void RolloutRecords::write() const {
    const auto& comm = context_.comm;
    if (!errors_.empty()) report::write_text(comm, context_.output("error.csv"), to_csv(errors_));
    if (deviation_) report::write_text(comm, context_.output("deviation.csv"), workflow::to_csv(deviations_));
    if (measurements_) measurements_->write(comm, context_.output(""));
    if (exact_measurements_) exact_measurements_->write(comm, context_.output("exact-"));
}

report::Json RolloutRecords::drift() const {
    const auto drift = dynamics::energy_drift(energies_);
    const double scale = std::fabs(energies_.front().energy);
    const auto particles = static_cast<double>(setup_.system().nodes);
    return {
        {"initial", energies_.front().energy},
        {"drift_per_particle_and_time", drift.slope / particles},
        {"largest_relative_deviation", scale > 0 ? drift.largest_deviation / scale : drift.largest_deviation},
        {"largest_momentum_change", drift.largest_momentum_change}};
}

void RolloutRecords::add_to(report::Json& summary) const {
    summary["energy"] = drift();
    if (!errors_.empty())
        summary["last_error"] = {{"time", errors_.back().time},
                                 {"position", errors_.back().position},
                                 {"momentum", errors_.back().momentum},
                                 {"energy", errors_.back().energy}};
    if (measurements_) measurements_->add_to(summary, "");
    if (exact_measurements_) exact_measurements_->add_to(summary, "exact_");
    if (watches()) summary["outside"] = to_json(training_range_, *setup_.force().model);
    if (deviation_) summary["force_deviation"] = to_json(deviations_, setup_.force().model->noise().force);
}

void RolloutRecords::log() const {
    const auto energy = drift();
    report::info(fmt::format("rollout: relative energy deviation at most {:.2e}, momentum change {:.1e}",
                             energy["largest_relative_deviation"].get<double>(),
                             energy["largest_momentum_change"].get<double>()));
    if (errors_.empty()) return;
    report::info(
        fmt::format("rollout: at time {:.4g} against the exact trajectory: position error {:.2e}, energy "
                    "error {:.2e}",
                    errors_.back().time, errors_.back().position, errors_.back().energy));
}

}  // namespace rfhgn::workflow
