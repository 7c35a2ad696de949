#include "rfhgn/training/train.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/linalg/diagnosis.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/time_series.hpp"

#include "context.hpp"
#include "stages.hpp"

namespace rfhgn::app {

namespace {

// Rates that are to be taken from the file must be there.
void check_rates(const Context& context, const io::DataSetReader& reader, const std::string& path) {
    if (context.options.train.training.rates != training::given_rates) return;
    require(reader.has_momentum_rate(),
            Advice{"set [train] rates to \"leapfrog\" (frames one step of a leapfrog integrator apart), "
                   "\"central4\" or \"central2\" (evenly spaced frames of any origin)"},
            "the data set '{}' has no momentum_rate, but [train] rates is \"given\"", path);
    require(reader.has_position_rate() || context.options.model.kinetic == "known",
            Advice{"set [model] kinetic = \"known\" for T = |p|²/2m, or write position_rate to the data set"},
            "the data set '{}' has no position_rate to learn the kinetic energy from", path);
}

// Rates from frames along trajectories; leaves are cut from the frames that are left.
std::unique_ptr<training::TrainingData> from_frames(const Context& context, const io::DataSetReader& reader) {
    const auto& options = context.options.train.training;
    const auto& comm = context.comm;
    const auto window = training::frame_window(comm, reader.totals().snapshots, options.rates);
    const auto frames = parallel::together(comm, [&] { return reader.read_snapshots(window.read); });
    auto series = training::with_rates(comm, frames, window, options.rates);
    const auto& totals = series.set.totals;
    const int leaves = training::leaf_count(totals, training::widest_problem(context.options.model));
    series = training::move_to_leaves(comm, std::move(series), leaves);
    return training::in_memory(
        training::make_training_set(comm, std::move(series), leaves, options.held_out));
}

std::unique_ptr<training::TrainingData> open_training_data(const Context& context, const std::string& path) {
    auto reader = std::make_unique<io::DataSetReader>(context.comm, path);
    const auto& totals = reader->totals();
    parallel::together(context.comm, [&] { check_rates(context, *reader, path); });
    require(totals.nodes >= context.comm.size(), Advice{"use fewer ranks"},
            "the data set '{}' has {} particles, fewer than the {} ranks of this job", path, totals.nodes,
            context.comm.size());
    if (context.options.train.training.rates != training::given_rates) return from_frames(context, *reader);
    const int leaves = training::leaf_count(totals, training::widest_problem(context.options.model));
    const auto& options = context.options.train.training;
    return training::open_data(context.comm, std::move(reader), leaves, options.held_out, options.data);
}

void describe(const char* name, const linalg::LeaveOneOut& errors) {
    report::info(
        fmt::format("train: {}: each of {} snapshots left out in turn: relative error {:.1e}, rms {:.1e}",
                    name, errors.groups, errors.relative_error, errors.rms));
    for (std::size_t i = 0; i < std::min<std::size_t>(errors.worst.size(), 3); ++i)
        report::info(fmt::format("train: {}: snapshot {}: rms {:.1e} left out, {:.1e} fitted", name,
                                 errors.worst[i].group, errors.worst[i].left_out, errors.worst[i].fitted));
}

void describe(const char* name, const linalg::Pruning& pruning) {
    if (pruning.error > pruning.tolerance)
        return report::warn(
            fmt::format("train: {}: not pruned: the error of all {} features, {:.1e}, is above the "
                        "tolerance {:.1e}",
                        name, pruning.columns, pruning.error, pruning.tolerance));
    report::info(
        fmt::format("train: {}: pruned from {} to {} features; relative error {:.1e} instead of {:.1e}", name,
                    pruning.full_columns, pruning.columns, pruning.error, pruning.full_error));
}

void describe(const char* name, const linalg::LeastSquaresReport& report) {
    if (report.columns == 0) return;
    report::info(fmt::format(
        "train: {}: {} rows x {} features, rank {}, condition {:.1e}, ridge {:.1e} ({}), held-out error "
        "{:.1e}, {} LSQR iterations, |Bᵀr|/|B||r| {:.1e}",
        name, report.rows, report.columns, report.rank, report.condition, report.ridge, report.ridge_choice,
        report.held_out_error, report.lsqr_iterations, report.normal_residual));
    if (report.pruning) describe(name, *report.pruning);
    if (report.leave_one_out) describe(name, *report.leave_one_out);
    if (const auto diagnosis = linalg::diagnose(report); !diagnosis.limited_by.empty())
        report::info(
            fmt::format("train: {}: limited by {}: {}", name, diagnosis.limited_by, diagnosis.words));
}

}  // namespace

void train(const Context& context) {
    const std::string path = parallel::together(
        context.comm, [&] { return context.input(context.options.train.data, "data.h5", "train.data"); });
    parallel::PhaseTimes reading;
    const auto data = [&] {
        const parallel::ScopedPhase phase(reading, "read");
        return open_training_data(context, path);
    }();
    const auto& facts = data->facts();
    report::info(fmt::format("train: {} snapshots ({} held out) of '{}'{}, rates {}, {} + {} features, {}",
                             facts.snapshots, facts.held_out_snapshots, path,
                             data->streamed() ? ", streamed" : "", context.options.train.training.rates,
                             context.options.model.node_width, context.options.model.message_width,
                             context.options.model.sampler));
    const auto result = training::train(*data, context.options.model, context.options.train.training);

    report::Json summary;
    summary["stage"] = "train";
    summary["data"] = path;
    summary["rates"] = context.options.train.training.rates;
    summary["snapshots"] = facts.snapshots;
    summary["held_out_snapshots"] = facts.held_out_snapshots;
    summary["particles"] = facts.nodes;
    summary["edges"] = facts.edges;
    summary["streamed"] = data->streamed();
    summary["sampler"] = context.options.model.sampler;
    summary["kinetic"] = report::to_json(result.kinetic);
    summary["message"] = report::to_json(result.message);
    summary["training_error"] = to_json(result.training);
    summary["held_out_error"] = to_json(result.held_out);
    summary["energy_per_edge"] = result.model.energy_per_edge;
    summary["training_seconds"] = result.times.seconds("sampling") + result.times.seconds("solve");
    parallel::PhaseTimes times = reading;
    for (const auto& [phase, seconds] : result.times.phases()) times.add(phase, seconds);
    for (const auto* part : {&result.kinetic, &result.message})
        for (const auto& [phase, seconds] : part->times.phases()) times.add("solve: " + phase, seconds);
    summary["seconds"] = report::phase_table(context.comm, times);
    summary["peak_memory_mib"] = report::over_ranks(context.comm, report::peak_memory_mib());
    summary["provenance"] = report::to_json(context.provenance);

    io::write_model(context.comm, context.output("model.h5"), result.model, report::compact(summary).dump(),
                    context.provenance);
    report::write_summary(context.comm, context.output("train.json"), summary);
    describe("kinetic", result.kinetic);
    describe("message", result.message);
    if (result.held_out.nodes == 0)
        report::warn("train: no trajectory is held out, so the fit is not judged on unseen data");
    const auto& judged = result.held_out.nodes > 0 ? result.held_out : result.training;
    report::info(
        fmt::format("train: {:.3f} ms from data to coefficients; {} MSE {:.2e}, relative force error {:.2e}",
                    1e3 * summary["training_seconds"].get<double>(),
                    result.held_out.nodes > 0 ? "held-out" : "training", judged.mse, judged.relative_force));
}

}  // namespace rfhgn::app
