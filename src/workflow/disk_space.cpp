#include "disk_space.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/training/trainer.hpp"

#include "plan.hpp"
#include "rollout_setup.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

constexpr double real = 8;
constexpr double node_facts = 20;  // id, mass, species
constexpr double csv_number = 18;

double plain(std::int64_t count) {
    return static_cast<double>(count);
}

double samples(std::int64_t steps, std::int64_t interval) {
    return std::ceil(plain(steps) / plain(interval)) + 1;
}

double edges_of(const SimulatedSystem& system) {
    return system.follows_space ? 0 : plan_rollout(system, graph::ListStyle::half, 1).edges;
}

void add_rollout(const SimulatedSystem& system, const RolloutOptions& options,
                 std::vector<PlannedFile>& files) {
    const double nodes = plain(system.nodes);
    const bool beside = options.moves_beside();
    const auto trajectory = [&](int elements) {
        const double frame = nodes * 3 * (real * elements + (system.follows_space ? sizeof(int) : 0));
        return samples(options.steps, options.interval) * frame + nodes * node_facts + 16 * edges_of(system);
    };
    const int elements = 3 + (options.forces ? 1 : 0);
    const char* cause = "a larger rollout.interval, fewer rollout.steps, rollout.forces = false";
    files.push_back({"trajectory.h5md", trajectory(elements + (options.uncertainty ? 1 : 0)), cause});
    const double lines = samples(options.steps, options.scalars_interval) * csv_number;
    files.push_back({"rollout.csv", 11 * lines, "a larger rollout.scalars_interval"});
    if (beside) {
        files.push_back(
            {"exact.h5md", trajectory(elements), "rollout.exact = false, a larger rollout.interval"});
        files.push_back({"exact.csv and error.csv", 16 * lines, "a larger rollout.scalars_interval"});
    }
    // Positions, momenta, ids, images; the last one stays, and on the way two stay while one is being
    // written.
    const bool on_the_way = options.checkpoint_interval > 0 || options.checkpoint_minutes > 0;
    const double state = nodes * real * (2 * system.dimension + 1 + (system.follows_space ? 3 : 0));
    files.push_back({"checkpoints", (on_the_way ? 3 : 1) * state * (beside ? 2 : 1),
                     on_the_way ? "rollout.checkpoint_minutes = 0 (the last one only)" : "a smaller system"});
}

void add_generate(const Options& options, std::vector<PlannedFile>& files) {
    const auto system = simulated(systems::System(options.system));
    const double snapshots = plain(options.generate.trajectories) * plain(options.generate.frames);
    const double vectors = options.generate.rates ? 4 : 2;
    const double nodes = plain(system.nodes) * (vectors * system.dimension * real + real + sizeof(int));
    const double edges =
        edges_of(system) * (16 + real * plain(static_cast<std::int64_t>(system.edge_attribute_names.size())));
    files.push_back({"data.h5", snapshots * (nodes + edges + 14 * real),
                     "fewer generate.trajectories or generate.frames"});
}

void add_training(const TrainOptions& options, int columns, int ranks, std::vector<PlannedFile>& files) {
    const double r_factor = 0.5 * columns * (columns + 1.0) * real;
    const double kept = (options.training.uncertainty ? 4 : 0) + (options.training.keep_factor ? 4 : 0);
    files.push_back({"model.h5", kept * r_factor, "train.uncertainty = false, fewer features in [model]"});
    if (options.checkpoint_minutes > 0)
        files.push_back({"training checkpoints", 8 * r_factor * ranks,
                         "train.checkpoint_minutes = 0 (no checkpoints), fewer features in [model]"});
}

// The folder itself or, as long as it is not there, the one that it will be made in.
fs::path existing_folder(const std::string& output) {
    fs::path path = fs::absolute(output).lexically_normal();
    while (!fs::exists(path) && path.has_parent_path() && path != path.parent_path())
        path = path.parent_path();
    return path;
}

double existing_bytes(const Context& context, const std::vector<const Stage*>& stages) {
    std::error_code none;
    double bytes = 0;
    const auto add = [&](const std::string& path) {
        const auto size = fs::file_size(path, none);
        if (!none) bytes += static_cast<double>(size);
    };
    for (const auto* stage : stages) {
        for (const auto& name : stage->files(context.options)) add(context.output(name));
        if (!stage->checkpoints) continue;
        for (const auto& path : stage->checkpoints(context.command_line.output)) add(path);
    }
    return bytes;
}

std::string readable(double bytes) {
    constexpr double unit = 1024.0;
    if (bytes < unit * unit * unit) return fmt::format("{:.1f} MiB", bytes / (unit * unit));
    return fmt::format("{:.4g} GiB", bytes / (unit * unit * unit));
}

}  // namespace

std::vector<PlannedFile> planned_files(const Context& context, const std::vector<const Stage*>& stages,
                                       int ranks) {
    const auto& options = context.options;
    std::vector<PlannedFile> files;
    for (const auto* stage : stages) {
        if (stage == &generate_stage) add_generate(options, files);
        if (stage == &train_stage)
            add_training(options.train, training::widest_problem(options.model), ranks, files);
        if (stage == &rollout_stage) add_rollout(planned_system(context), options.rollout, files);
    }
    std::stable_sort(files.begin(), files.end(),
                     [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
    return files;
}

void require_disk_space(const Context& context, const std::vector<const Stage*>& stages) {
    const auto files = planned_files(context, stages, context.comm.size());
    parallel::together(context.comm, [&] {
        if (!context.comm.is_root()) return;
        const auto& output = context.command_line.output;
        const Advice other{"choose a folder that you may write to with --output"};
        const auto folder = existing_folder(output);
        require(fs::is_directory(folder), other, "the output folder '{}' cannot be there: '{}' is a file",
                output, folder.string());
        require(access(folder.c_str(), W_OK | X_OK) == 0, other,
                "the output folder '{}' cannot be written: no permission for '{}'", output, folder.string());
        std::error_code unknown;
        const auto space = fs::space(folder, unknown);
        if (unknown) return;
        double bytes = 0;
        for (const auto& file : files) bytes += file.bytes;
        const double room = static_cast<double>(space.available) + existing_bytes(context, stages);
        if (bytes <= room) return;
        std::string listed;
        for (const auto& file : files)
            if (file.bytes > 0.01 * bytes)
                listed += fmt::format("{}{} {}", listed.empty() ? "" : ", ", file.name, readable(file.bytes));
        throw InputError(
            fmt::format(
                "no space for what is to be written to '{}': {} ({}), but its file system has {} left",
                output, readable(bytes), listed, readable(room)),
            fmt::format("{}; or another folder with --output", files.front().cause));
    });
}

}  // namespace rfhgn::workflow
