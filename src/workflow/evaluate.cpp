#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/calibration.hpp"
#include "rfhgn/training/match_facts.hpp"
#include "rfhgn/training/potential_errors.hpp"
#include "rfhgn/training/trainer.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "data_sets.hpp"
#include "initial_state.hpp"
#include "potential_report.hpp"
#include "stages.hpp"
#include "watch.hpp"

namespace rfhgn::workflow {

namespace {

void require_match(const parallel::Communicator& comm, const model::Model& learned,
                   const model::Facts& facts) {
    parallel::together(comm, [&] { learned.require_match(facts); });
}

// H of a state.
double energy_of(const parallel::Communicator& comm, const potential::ForceField& field,
                 const graph::DistributedGraph& graph, const dynamics::State& state) {
    double energy = 0;
    graph::GhostExchange exchange(comm, graph);
    field.compute(graph::atoms(graph, state.position, state.momentum), graph::neighbours(graph), exchange,
                  {.kinetic = &energy, .potential = &energy});
    return parallel::sum(comm, energy);
}

// The vector field's error and the model's energy at a state of a system.
struct AtState {
    training::VectorFieldError error;
    double energy;
};

AtState judge(const parallel::Communicator& comm, const potential::ForceField& learned,
              const potential::ForceField& exact, const graph::DistributedGraph& graph,
              dynamics::State state) {
    if (learned.needs().momenta_of_ghosts) graph.halo.update(state.momentum, graph.dimension);
    return {training::vector_field_error(comm, graph, learned, exact, state.position, state.momentum),
            energy_of(comm, learned, graph, state)};
}

std::unique_ptr<data::TrainingData> open_judging_data(const Context& context, const model::Model& learned) {
    const auto& options = context.options.evaluate;
    const auto& comm = context.comm;
    const std::string path =
        parallel::together(comm, [&] { return context.input(options.data, "data.h5", "evaluate.data"); });
    const std::string name = fmt::format("the data set '{}'", path);
    auto reader = open_data_set(comm, path, learned.species_names);
    require_match(comm, learned, training::facts_of(reader->totals(), name));
    parallel::together(comm, [&] {
        require((reader->has_velocity() || reader->totals().boxes) && reader->has_force(),
                Advice{"leave evaluate.data out to judge by fresh snapshots of [system]"},
                "the data set '{}' has no velocities and forces to judge by", path);
    });
    // No R factor is made: a leaf is no more than a rank's part.
    const auto leaves = static_cast<int>(training::trainer_of(learned.encoding()).whole_snapshots()
                                             ? std::min<GlobalIndex>(comm.size(), reader->totals().snapshots)
                                             : comm.size());
    auto source =
        data::with_edges(comm, interruptible(comm, std::move(reader)), learned.cutoff_radius(), leaves);
    auto data = data::open_data(comm, std::move(source), leaves, 0.0, options.streaming);
    require_match(comm, learned, training::match_facts(*data, name));
    return data;
}

// All snapshots of a data set, none held out: they judge, they do not fit.
std::unique_ptr<data::TrainingData> judging_data(const Context& context, const model::Model& learned) {
    const auto& options = context.options.evaluate;
    if (!options.data.empty()) return open_judging_data(context, learned);
    const systems::System system(context.options.system);
    require_match(context.comm, learned, training::facts_of(system));
    GenerateOptions fresh = context.options.generate;
    fresh.trajectories = (options.snapshots + fresh.frames - 1) / fresh.frames;
    fresh.initial = options.initial;
    auto set = generate_snapshots(context.comm, system, fresh).set;
    if (set.totals.boxes) data::add_edges(context.comm, set, learned.cutoff_radius());
    return data::in_memory(data::make_training_set(context.comm, std::move(set), data::no_leaves, 0.0));
}

report::Json calibration_json(const training::Calibration& calibration) {
    return {{"within_one", calibration.within_one},
            {"within_two", calibration.within_two},
            {"rms", calibration.rms}};
}

// Figures that mean nothing are null, with the reason beside.
report::Json deviation_json(const training::DeviationReport& report) {
    report::Json json{{"noise", report.noise},
                      {"rms_deviation", report.rms_deviation},
                      {"largest_deviation", report.largest_deviation},
                      {"rms_error", report.rms_error},
                      {"error_over_deviation", nullptr},
                      {"error_over_deviation_and_noise", nullptr},
                      {"correlation", nullptr}};
    if (!report.incomparable.empty()) {
        json["incomparable"] = report.incomparable;
        return json;
    }
    json["error_over_deviation"] = calibration_json(report.model);
    json["error_over_deviation_and_noise"] = calibration_json(report.observation);
    json["correlation"] = report.correlation;
    return json;
}

void log_deviations(const std::string& of, const training::DeviationReport& force) {
    if (force.incomparable.empty())
        report::info(fmt::format(
            "evaluate: {}: forces have standard deviations of {:.1e} (largest {:.1e}); rms of error over "
            "deviation {:.2f}",
            of, force.rms_deviation, force.largest_deviation, force.model.rms));
    else
        report::warn(
            fmt::format("evaluate: {}: standard deviations of forces do not say how large errors are: {}", of,
                        force.incomparable));
}

report::Json log_uncertainty(const std::string& of, const training::UncertaintyReport& report,
                             const model::Model& learned) {
    log_deviations(of, report.force);
    report::Json json{{"force", deviation_json(report.force)}};
    if (learned.learned_kinetic_energy()) json["velocity"] = deviation_json(report.velocity);
    return json;
}

model::Facts facts_of(const ZeroShotOptions& target, const systems::System& system) {
    auto facts = training::facts_of(system);
    facts.name = fmt::format("the zero-shot system '{}'", target.name);
    return facts;
}

report::Json zero_shot(const Context& context, const model::Model& learned, const ZeroShotOptions& target) {
    const auto& comm = context.comm;
    const systems::System system(target.system);
    const auto facts = facts_of(target, system);
    require_match(comm, learned, facts);
    const auto field = learned.force_field(system.edge_attribute_names());
    const auto exact = system.force_field();
    InitialState start(comm, simulated(system), target.initial);
    training::VectorFieldError worst;
    double energy_error = 0;
    report::Json json;
    for (std::int64_t s = 0; s < target.snapshots; ++s) {
        parallel::interruption_point(comm);
        start.draw(s);
        start.equilibrate(*exact, target.equilibration, context.options.generate.dt);
        const auto run = start.run(*exact, {}, graph::ListStyle::full);
        const auto& graph = run.graph();
        const auto& state = run.simulation->state();
        const auto [error, h_hat] = judge(comm, *field, *exact, graph, state);
        if (error.mse > worst.mse || worst.nodes == 0) worst = error;
        const double h = energy_of(comm, *exact, graph, state);
        energy_error = std::max(energy_error, std::fabs(h - h_hat) / (std::fabs(h) + std::fabs(h_hat)));
        if (s + 1 == target.snapshots && learned.knows_uncertainty())
            json["uncertainty"] = log_uncertainty(
                facts.name,
                training::judge_uncertainty(comm, graph, learned, *exact, state.position, state.momentum),
                learned);
    }
    report::info(fmt::format(
        "evaluate: zero-shot '{}' ({}, {} particles): relative force error {:.2e}, velocity {:.2e}, "
        "energy {:.2e}",
        target.name, system.description(), system.nodes(), worst.relative_force, worst.relative_velocity,
        energy_error));
    json.update(to_json(worst));
    json["system"] = system.description();
    json["snapshots"] = target.snapshots;
    json["relative_energy_error"] = energy_error;
    return json;
}

// Of foreign data, in the units that they have.
void add_potential_errors(const Context& context, const data::TrainingData& data, const model::Model& learned,
                          report::Json& summary) {
    const auto& facts = data.facts();
    const auto errors = training::potential_errors(data, *learned.force_field(facts.edge_attribute_names),
                                                   linalg::RowRole::training);
    parallel::together(context.comm, [&] {
        if (!context.comm.is_root()) return;
        summary.update(to_json(errors, facts));
        report::info(text_of(errors));
    });
    report::write_text(context.comm, context.output("parity.csv"),
                       context.comm.is_root() ? parity_table(errors, facts.species_names) : "");
}

void evaluate(const Context& context) {
    const auto& options = context.options.evaluate;
    const std::string path = parallel::together(
        context.comm, [&] { return context.input(options.model, "model.h5", "evaluate.model"); });
    const auto model = io::read_model(context.comm, path);
    const auto& learned = *model;
    parallel::PhaseTimes times;
    report::Json summary;
    summary["stage"] = "evaluate";
    summary["model"] = path;
    {
        const parallel::ScopedPhase phase(times, "held-out snapshots");
        const auto data = judging_data(context, learned);
        const auto& facts = data->facts();
        parallel::interruption_point(context.comm);
        const auto error =
            training::vector_field_errors(*data, *learned.force_field(facts.edge_attribute_names)).training;
        summary["snapshots"] = facts.snapshots;
        summary["streamed"] = data->streamed();
        summary["error"] = to_json(error);
        if (!options.data.empty()) add_potential_errors(context, *data, learned, summary);
        report::info(fmt::format(
            "evaluate: {} unseen snapshots{}: MSE {:.2e}, relative force error {:.2e}, velocity {:.2e}",
            facts.snapshots, data->streamed() ? ", streamed" : "", error.mse, error.relative_force,
            error.relative_velocity));
        if (learned.knows_uncertainty())
            summary["uncertainty"] = log_uncertainty(
                "unseen snapshots", training::judge_uncertainty(*data, learned, linalg::RowRole::training),
                learned);
    }
    summary["zero_shot"] = report::Json::object();
    for (const auto& target : options.zero_shot) {
        const parallel::ScopedPhase phase(times, "zero-shot");
        summary["zero_shot"][target.name] = zero_shot(context, learned, target);
    }
    summary["seconds"] = report::phase_table(context.comm, times);
    summary["peak_memory_mib"] = report::over_ranks(context.comm, report::peak_memory_mib());
    summary["provenance"] = report::to_json(context.provenance);
    report::write_summary(context.comm, context.output("evaluate.json"), summary);
}

std::vector<StageInput> inputs(const Options& options) {
    std::vector<StageInput> files{{"evaluate.model", options.evaluate.model, "model.h5"}};
    if (!options.evaluate.data.empty()) files.push_back({"evaluate.data", options.evaluate.data, ""});
    return files;
}

std::vector<std::string> files(const Options& options) {
    std::vector<std::string> names;
    if (!options.evaluate.data.empty()) names.emplace_back("parity.csv");
    names.emplace_back("evaluate.json");
    return names;
}

void check_inputs(const Context& context) {
    const auto& options = context.options;
    const auto model = io::read_model(context.comm, path_of(inputs(options).front(), context));
    const auto& learned = *model;
    if (options.evaluate.data.empty()) {
        require_match(context.comm, learned, training::facts_of(systems::System(options.system)));
    } else {
        io::DataSetReader reader(context.comm, options.evaluate.data);
        reader.number_species_as(learned.species_names);
        require_match(
            context.comm, learned,
            training::facts_of(reader.totals(), fmt::format("the data set '{}'", options.evaluate.data)));
    }
    for (const auto& target : options.evaluate.zero_shot)
        require_match(context.comm, learned, facts_of(target, systems::System(target.system)));
}

}  // namespace

const Stage evaluate_stage{
    .name = "evaluate",
    .help = "judge a model on unseen snapshots and on other systems",
    .in_deck = &Options::evaluates,
    .depends_on = [](const Options&) -> std::vector<std::string> {
        return {"system", "generate", "evaluate"};
    },
    .inputs = inputs,
    .files = files,
    .check_inputs = check_inputs,
    .run = evaluate,
};

}  // namespace rfhgn::workflow
