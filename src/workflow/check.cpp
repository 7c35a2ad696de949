// What a run would do, found without running it.
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "plan.hpp"
#include "rollout_setup.hpp"
#include "stages.hpp"

namespace rfhgn::workflow {

namespace {

std::string mebibytes(double bytes) {
    return fmt::format("{:.1f} MiB", bytes / (1024.0 * 1024.0));
}

// A file that some stage of this deck writes need not exist yet.
void check_file(const Context& context, const std::string& given, const char* key) {
    parallel::together(context.comm, [&] {
        require(given.empty() || std::filesystem::exists(given),
                Advice{"correct the path; relative paths count from the deck's folder"},
                "{} names a file that does not exist: '{}'", key, given);
        if (!given.empty()) InputFile{given};
    });
}

void check_training(const Context& context) {
    const auto& options = context.options;
    double nodes = 0;
    double edges_per_node = 0;
    int dimension = 3;
    if (!options.train.data.empty()) {
        const io::DataSetReader reader(context.comm, options.train.data);
        nodes = static_cast<double>(reader.totals().nodes);
        dimension = reader.totals().dimension;
        edges_per_node = static_cast<double>(reader.totals().edges) / nodes;
    } else if (options.generates) {
        const systems::System system(options.system);
        nodes = static_cast<double>(system.nodes() * options.generate.trajectories * options.generate.frames);
        dimension = system.dimension();
    } else {
        return;
    }
    const int columns = training::widest_problem(options.model);
    const double state = nodes * (4.0 * dimension + 4.0 + 4.0 * edges_per_node) * 8.0 / context.comm.size();
    const double triangles = 6.0 * columns * columns * 8.0;
    const double kept = nodes * dimension * columns * 8.0 / context.comm.size();
    report::info(fmt::format(
        "check: training: {:.0f} particles in all snapshots, {} features; per rank: data {}, triangles {}, "
        "rows {} when kept",
        nodes, columns, mebibytes(state), mebibytes(triangles), mebibytes(kept)));
}

void check_rollout(const Context& context) {
    const auto& options = context.options.rollout;
    const systems::System system(options.system);
    const auto exact = system.hamiltonian();
    const Run run =
        Start(context.comm, system, options.initial).run(*exact, {.dt = options.dt}, shell_of(options));
    const auto& graph = run.graph();
    const auto report = graph::report(context.comm, graph);
    const double bytes = static_cast<double>(report.largest_owned + report.largest_halo) *
                             (4.0 * system.dimension() + 3.0) * 8.0 +
                         static_cast<double>(graph.edge_count()) * 24.0;
    const double frames =
        1.0 + std::floor(static_cast<double>(options.steps) / static_cast<double>(options.interval));
    report::info(
        fmt::format("check: rollout of {}: {} particles, {} edges on {} ranks: {} to {} particles a rank, "
                    "halo at most {}, "
                    "{} cut edges, {} a rank; trajectory {}; dt is {:.2g} of leapfrog's limit",
                    system.description(), system.nodes(), graph.total_edges, context.comm.size(),
                    report.smallest_owned, report.largest_owned, report.largest_halo, report.cut_edges,
                    mebibytes(bytes), mebibytes(frames * static_cast<double>(system.nodes()) * 72.0),
                    options.dt / system.largest_stable_step()));
}

}  // namespace

void check(const Context& context) {
    const auto& options = context.options;
    const auto& line = context.command_line;
    if (line.list_stages) {
        if (context.comm.is_root())
            for (const auto* stage : stages_of(options, "run")) fmt::print("{}\n", stage->name);
        return;
    }
    parallel::together(context.comm, [&] {
        if (context.comm.is_root() && !line.json.empty()) io::require_output_file(line.json, line.overwrite);
    });
    check_file(context, options.train.data, "train.data");
    check_file(context, options.train.layers, "train.layers");
    check_file(context, options.train.update, "train.update");
    check_file(context, options.compile.model, "compile.model");
    check_file(context, options.evaluate.data, "evaluate.data");
    check_file(context, options.evaluate.model, "evaluate.model");
    check_file(context, options.rollout.model, "rollout.model");
    check_file(context, options.rollout.start, "rollout.start");
    if (options.trains) check_training(context);
    if (options.rolls_out) {
        if (context.command_line.plan_ranks > 0)
            plan_rollout(context);
        else
            check_rollout(context);
    }
    report::info(fmt::format("check: '{}' is in order", context.command_line.file));
}

}  // namespace rfhgn::workflow
