#include <algorithm>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/io/factor_checkpoint_files.hpp"
#include "rfhgn/io/file_content.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/model/registry.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/trainer.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "data_checks.hpp"
#include "data_sets.hpp"
#include "factor_checkpoints.hpp"
#include "stages.hpp"
#include "verdict.hpp"
#include "watch.hpp"

namespace rfhgn::workflow {

namespace {

// Rates that are to be taken from the file must be there.
void check_rates(const Context& context, const io::DataSetReader& reader, const std::string& path) {
    if (context.options.train.training.rates != data::given_rates) {
        require(!reader.totals().boxes, Advice{"write the forces to the data set"},
                "the data set '{}' has boxes; rates from frames are made for given graphs only", path);
        return;
    }
    require(reader.has_force() || !reader.totals().boxes,
            Advice{"write the forces: in extended XYZ a column forces:R:3, in HDF5 /particles/force"},
            "the data set '{}' has no forces to learn from", path);
    require(reader.has_force(),
            Advice{"set [train] rates to \"leapfrog\" (frames one step of a leapfrog integrator apart), "
                   "\"central4\" or \"central2\" (evenly spaced frames of any origin)"},
            "the data set '{}' has no /particles/force, but [train] rates is \"given\"", path);
    // Boxes without a cutoff are refused for that, where edges are made.
    const auto& model = context.options.model;
    const auto& trainer = training::trainer_of(model.encoding);
    const bool wants_cutoff = reader.totals().boxes && trainer.cutoff(model) == 0;
    require(
        reader.has_velocity() || !trainer.learns_kinetic_energy(model) || wants_cutoff,
        Advice{
            "set [model] kinetic = \"known\" for T = |p|²/2m, or write /particles/velocity to the data set"},
        "the data set '{}' has no /particles/velocity to learn the kinetic energy from", path);
}

// Rates from frames along trajectories; leaves are cut from the frames that are left.
std::unique_ptr<data::TrainingData> from_frames(const Context& context, const io::DataSetReader& reader,
                                                int columns) {
    const auto& options = context.options.train.training;
    const auto& comm = context.comm;
    const auto window = data::frame_window(comm, reader.totals().snapshots, options.rates);
    const auto frames = parallel::together(comm, [&] { return reader.read_snapshots(window.read); });
    auto series = data::with_rates(comm, frames, window, options.rates);
    const auto& totals = series.set.totals;
    const int leaves = data::leaf_count(totals, columns);
    series = data::move_to_leaves(comm, std::move(series), leaves);
    return data::in_memory(data::make_training_set(comm, std::move(series), leaves, options.held_out));
}

// What training begins with; neither: new layers.
struct GivenLayers {
    std::shared_ptr<const model::Model> layers;
    std::optional<training::RFactors> earlier;

    [[nodiscard]] std::string encoding(const Context& context) const {
        return layers ? layers->encoding() : context.options.model.encoding;
    }
    [[nodiscard]] const training::Trainer& trainer(const Context& context) const {
        return training::trainer_of(encoding(context));
    }
    [[nodiscard]] double cutoff(const Context& context) const {
        return layers ? layers->cutoff_radius() : trainer(context).cutoff(context.options.model);
    }
    /// Those of the deck, as far as the layers do not say otherwise.
    [[nodiscard]] model::SamplingOptions sampling(const Context& context) const {
        auto options = context.options.model;
        options.encoding = encoding(context);
        options.cutoff = cutoff(context);
        return options;
    }
    [[nodiscard]] int widest_problem(const Context& context) const {
        return layers ? trainer(context).widest_problem(*layers)
                      : trainer(context).widest_problem(context.options.model);
    }
};

// Of trainers that cross-validate, parts of equal size.
data::Split split_of(const training::TrainingOptions& options, const training::Trainer& trainer) {
    if (!trainer.cross_validates()) return options.held_out;
    return {options.held_out, options.held_out > 0 ? options.folds - 1 : options.folds};
}

// What was read, and how long it took, before a model is made of it.
struct OpenedData {
    std::string path;
    std::unique_ptr<data::TrainingData> data{};
    report::Json checks{};
    parallel::PhaseTimes times{};
};

std::unique_ptr<data::TrainingData> open_training_data(const Context& context, const GivenLayers& given,
                                                       OpenedData& opened) {
    const auto& path = opened.path;
    auto reader = open_data_set(context.comm, path,
                                given.layers ? given.layers->species_names : potential::SpeciesNames{});
    const auto& totals = reader->totals();
    parallel::together(context.comm, [&] { check_rates(context, *reader, path); });
    require(totals.nodes >= context.comm.size(), Advice{"use fewer ranks"},
            "the data set '{}' has {} particles, fewer than the {} ranks of this job", path, totals.nodes,
            context.comm.size());
    {
        const parallel::ScopedPhase phase(opened.times, "data checks");
        opened.checks = check_training_data(context, "train", *reader, given.cutoff(context));
    }
    const parallel::ScopedPhase phase(opened.times, "read");
    const auto& trainer = given.trainer(context);
    const int columns = given.widest_problem(context);
    if (context.options.train.training.rates != data::given_rates)
        return from_frames(context, *reader, columns);
    const bool whole = trainer.whole_snapshots();
    parallel::together(context.comm, [&] {
        require(trainer.boxes() || !totals.boxes, Advice{"use [model] encoding = \"pairwise\""},
                "the data set '{}' has boxes, but the encoding \"{}\" is for given graphs", path,
                given.encoding(context));
    });
    const int leaves = whole ? data::whole_leaf_count(totals, columns) : data::leaf_count(totals, columns);
    const auto& options = context.options.train.training;
    auto source = data::with_edges(context.comm, interruptible(context.comm, std::move(reader)),
                                   given.cutoff(context), leaves);
    return data::open_data(context.comm, std::move(source), leaves, split_of(options, trainer), options.data);
}

// A deck that asks for other layers than the model has is a mistake.
void require_layers(const Context& context, const std::string& path, const model::Model& layers) {
    const auto& wanted = context.options.model;
    const auto& trainer = training::trainer_of(layers.encoding());
    const Advice advice{"take [model] out of the deck, or make it say what the model has"};
    require(!context.options.has_model || layers.encoding() == wanted.encoding, advice,
            "the model '{}' has the encoding \"{}\", but [model] asks for \"{}\"", path, layers.encoding(),
            wanted.encoding);
    const auto difference = trainer.difference(layers, wanted);
    require(!context.options.has_model || difference.empty(), advice, "the layers of '{}' {}", path,
            difference);
}

GivenLayers read_given_layers(const Context& context) {
    const auto& options = context.options.train;
    GivenLayers given;
    if (!options.update.empty()) {
        auto trained = io::read_trained_model(context.comm, options.update);
        given.layers = std::move(trained.model);
        given.earlier = std::move(trained.r_factors);
    } else if (!options.layers.empty()) {
        given.layers = io::read_model(context.comm, options.layers);
    }
    if (given.layers)
        require_layers(context, options.update.empty() ? options.layers : options.update, *given.layers);
    return given;
}

training::TrainingResult train_from(const Context& context, const GivenLayers& given,
                                    const data::TrainingData& data,
                                    const training::TrainingOptions& options) {
    const auto& trainer = given.trainer(context);
    if (!given.layers) return trainer.train(data, context.options.model, options);
    return trainer.train_layers(data, *given.layers, options, given.earlier ? &*given.earlier : nullptr);
}

report::Json begin_summary(const Context& context, const OpenedData& opened, const GivenLayers& given) {
    const auto& facts = opened.data->facts();
    report::Json summary;
    summary["stage"] = "train";
    summary["data"] = opened.path;
    summary["encoding"] = given.encoding(context);
    summary["rates"] = context.options.train.training.rates;
    summary["snapshots"] = facts.snapshots;
    summary["held_out_snapshots"] = facts.held_out_snapshots;
    summary["particles"] = facts.nodes;
    summary["edges"] = facts.edges;
    summary["streamed"] = opened.data->streamed();
    summary["data_checks"] = opened.checks;
    const auto& keys = model::kind_of(given.encoding(context)).keys;
    if (std::ranges::find(keys, "sampler") != keys.end()) summary["sampler"] = context.options.model.sampler;
    return summary;
}

void add_outcome(const Context& context, const training::TrainingResult& result, parallel::PhaseTimes times,
                 report::Json& summary) {
    add_fits(result, summary);
    summary["training_error"] = to_json(result.training);
    summary["held_out_error"] = to_json(result.held_out);
    summary["training_seconds"] = result.times.seconds("sampling") + result.times.seconds("solve");
    for (const auto& [phase, seconds] : result.times.phases()) times.add(phase, seconds);
    for (const auto& fit : result.fits)
        for (const auto& [phase, seconds] : fit.report.times.phases()) times.add("solve: " + phase, seconds);
    summary["seconds"] = report::phase_table(context.comm, times);
    summary["peak_memory_mib"] = report::over_ranks(context.comm, report::peak_memory_mib());
    summary["provenance"] = report::to_json(context.provenance);
}

void log_outcome(const training::TrainingResult& result, const report::Json& summary) {
    if (result.held_out.nodes == 0)
        report::warn("train: no trajectory is held out, so the fit is not judged on unseen data");
    const auto& judged = result.held_out.nodes > 0 ? result.held_out : result.training;
    report::info(fmt::format(
        "train: {:.3f} ms from data to coefficients; {} MSE {:.2e}, relative force error {:.2e}{}",
        1e3 * summary["training_seconds"].get<double>(), result.held_out.nodes > 0 ? "held-out" : "training",
        judged.mse, judged.relative_force,
        judged.energies == 0
            ? ""
            : fmt::format(", energies of a particle off by {:.2e}", judged.energy_rmse_per_particle)));
}

void log_data(const Context& context, const OpenedData& opened, const GivenLayers& given) {
    const auto& facts = opened.data->facts();
    report::info(fmt::format(
        "train: {} snapshots ({} held out) of '{}'{}, rates {}, {}, up to {} columns", facts.snapshots,
        facts.held_out_snapshots, opened.path, opened.data->streamed() ? ", streamed" : "",
        context.options.train.training.rates, given.encoding(context), given.widest_problem(context)));
}

// Of what R factors are made of; data that they hold already would count twice.
std::int64_t new_data(const Context& context, const GivenLayers& given, const std::string& path) {
    const auto digest = static_cast<std::int64_t>(checksum(io::file_digest(context.comm, path)));
    if (given.earlier)
        require(std::ranges::find(given.earlier->data, digest) == given.earlier->data.end(),
                Advice{"train.update is for new data; name those with train.data"},
                "the model '{}' has learned from '{}' already", context.options.train.update, path);
    return digest;
}

void train(const Context& context) {
    const std::string path = parallel::together(
        context.comm, [&] { return context.input(context.options.train.data, "data.h5", "train.data"); });
    const auto given = read_given_layers(context);
    const bool keeps = context.options.train.training.keep_factor || given.earlier;
    const auto digest = keeps ? new_data(context, given, path) : 0;
    OpenedData opened{.path = path};
    opened.data = open_training_data(context, given, opened);
    parallel::interruption_point(context.comm);
    log_data(context, opened, given);
    auto options = context.options.train.training;
    options.keeper = factor_checkpoint(context, path);
    auto result = train_from(context, given, *opened.data, options);
    if (result.r_factors) result.r_factors->data.push_back(digest);

    auto summary = begin_summary(context, opened, given);
    if (given.earlier) {
        summary["updated"] = context.options.train.update;
        summary["all_snapshots"] = result.r_factors->snapshots;
        summary["all_held_out_snapshots"] = result.r_factors->held_out_snapshots;
        report::info(fmt::format("train: {} snapshots join the {} of '{}'", opened.data->facts().snapshots,
                                 given.earlier->snapshots, context.options.train.update));
    }
    if (!context.options.train.layers.empty()) summary["layers"] = context.options.train.layers;
    {
        const parallel::ScopedPhase phase(opened.times, "verdict");
        summary["verdict"] = judge_training(context, path, opened.checks, given.sampling(context), result);
    }
    add_outcome(context, result, opened.times, summary);
    io::write_model(context.comm, context.output("model.h5"), *result.model, report::compact(summary).dump(),
                    context.provenance, result.r_factors ? &*result.r_factors : nullptr);
    report::write_summary(context.comm, context.output("train.json"), summary);
    remove_factor_checkpoints(context);
    log_fits("train", result);
    for (const auto& warning : result.warnings) report::warn("train: " + warning);
    log_outcome(result, summary);
    warn_of_unseen_pairs("train", *result.model);
}

std::vector<StageInput> inputs(const Options& options) {
    std::vector<StageInput> files{{"train.data", options.train.data, "data.h5"}};
    if (!options.train.layers.empty()) files.push_back({"train.layers", options.train.layers, ""});
    if (!options.train.update.empty()) files.push_back({"train.update", options.train.update, ""});
    return files;
}

void check_inputs(const Context& context) {
    const auto path = path_of(inputs(context.options).front(), context);
    const io::DataSetReader reader(context.comm, path);
    parallel::together(context.comm, [&] { check_rates(context, reader, path); });
    static_cast<void>(read_given_layers(context));
}

}  // namespace

const Stage train_stage{
    .name = "train",
    .help = "learn a Hamiltonian from a data set",
    .in_deck = &Options::trains,
    .depends_on = [](const Options&) -> std::vector<std::string> {
        return {"model", "train"};
    },
    .inputs = inputs,
    .files = [](const Options&) -> std::vector<std::string> {
        return {"model.h5", "train.json"};
    },
    .checkpoints = io::factor_checkpoint_files,
    .check_inputs = check_inputs,
    .run = train,
};

}  // namespace rfhgn::workflow
