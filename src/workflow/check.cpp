// What a run would do, found without running it.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/graph_partitioner.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/trainer.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "data_checks.hpp"
#include "data_sets.hpp"
#include "disk_space.hpp"
#include "memory.hpp"
#include "rollout_setup.hpp"
#include "stage_inputs.hpp"

namespace rfhgn::workflow {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

// Memory of a rank: what is there before any data, and these.
std::string memory_text(double data, double start_up) {
    return fmt::format("peak memory a rank {:.1f} MiB ({:.1f} MiB of them MPI and libraries)",
                       (data + start_up) / mebibyte, start_up / mebibyte);
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

// What a job on so many ranks would take, as lines of the log and as JSON.
class Check {
  public:
    explicit Check(const Context& context)
        : context_(context),
          options_(context.options),
          ranks_(context.command_line.plan_ranks > 0 ? context.command_line.plan_ranks : context.comm.size()),
          start_up_(start_up_bytes(ranks_)) {}

    void generate() {
        const auto system = simulated(systems::System(options_.system));
        const double bytes = generate_bytes(system, options_.generate, ranks_);
        tell("generate", bytes,
             fmt::format("{} snapshots of {} particles",
                         options_.generate.trajectories * options_.generate.frames, system.nodes));
    }
    void train() {
        const auto data = training_data();
        if (data.nodes == 0) return;
        const int columns = training::widest_problem(options_.model);
        tell("training", training_bytes(options_, data, ranks_),
             fmt::format("{:.0f} particles in all snapshots{}, {} features", data.nodes,
                         is_streamed(options_.train.training.data, data, ranks_) ? ", streamed" : "",
                         columns));
    }
    void roll_out();

    [[nodiscard]] const report::Json& json() const noexcept { return json_; }

  private:
    void tell(const char* stage, double bytes, const std::string& what) {
        report::info(fmt::format("check: {}: {}; {}", stage, what, memory_text(bytes, start_up_)));
        json_["peak_memory_mib"][stage] = (bytes + start_up_) / mebibyte;
    }
    [[nodiscard]] DataSize training_data();
    [[nodiscard]] report::Json to_json(const RolloutPlan& plan, const SimulatedSystem& system) const;
    [[nodiscard]] std::string step_text(const SimulatedSystem& system) const;

    const Context& context_;
    const Options& options_;
    int ranks_;
    double start_up_;
    report::Json json_;
};

DataSize Check::training_data() {
    if (!options_.train.data.empty()) {
        const auto reader = open_data_set(context_.comm, options_.train.data);
        const auto& totals = reader->totals();
        const auto& trainer = training::trainer_of(options_.model.encoding);
        if (options_.trains)
            json_["data_checks"] =
                check_training_data(context_, "check", *reader, trainer.cutoff(options_.model));
        return {static_cast<double>(totals.nodes), static_cast<double>(totals.edges),
                static_cast<double>(totals.snapshots), totals.dimension,
                static_cast<int>(totals.edge_attribute_names.size())};
    }
    if (!options_.generates) return {};
    const auto system = simulated(systems::System(options_.system));
    const auto snapshots =
        static_cast<double>(options_.generate.trajectories) * static_cast<double>(options_.generate.frames);
    // Neighbours of a fluid are found when the data are read.
    const auto edges = plan_rollout(system, graph::ListStyle::full, 1).edges;
    return {snapshots * static_cast<double>(system.nodes), snapshots * edges, snapshots, system.dimension,
            static_cast<int>(system.edge_attribute_names.size())};
}

report::Json Check::to_json(const RolloutPlan& plan, const SimulatedSystem& system) const {
    const auto& b = plan.subdomains;
    const double d = system.dimension;
    const double bytes = plan.list_style == graph::ListStyle::full
                             ? 8 * d
                             : 16 * d;  // of a position, and of a force that returns
    return {
        {"ranks", ranks_},
        {"particles", system.nodes},
        {"dimension", system.dimension},
        {"size", options_.rollout.start.empty() ? options_.rollout.system.size : std::vector{system.nodes}},
        {"basis", plan.basis},
        {"owned", {{"min", b.smallest_owned}, {"mean", b.mean_owned}, {"max", b.largest_owned}}},
        {"halo", {{"mean", b.mean_halo}, {"max", b.largest_halo}}},
        {"messages_per_step_and_rank", {{"mean", b.mean_messages}, {"max", b.most_messages}}},
        {"bytes_per_step_and_rank", {{"mean", bytes * b.mean_halo}, {"max", bytes * b.largest_halo}}},
        {"edges", plan.edges},
        {"edges_per_rank", plan.most_edges}};
}

// Of a force that only its model knows, where that is there and this job has the ranks that it is planned
// for.
std::string Check::step_text(const SimulatedSystem& system) const {
    const auto& options = options_.rollout;
    if (!judged_by_force(options))
        return fmt::format("dt is {:.2g} of leapfrog's limit",
                           options.dt.value / system.reference->largest_stable_step());
    const auto stages = stages_of(options_, "run");
    const bool made = std::ranges::any_of(rollout_stage.inputs(options_), [&](const auto& input) {
        return maker(context_, stages, rollout_stage, input) != nullptr;
    });
    if (made || ranks_ != context_.comm.size()) return "dt is judged by the force when the run begins";
    return describe(RolloutSetup(context_).step());
}

void Check::roll_out() {
    const auto& options = options_.rollout;
    const auto system = planned_system(context_);
    const auto plan = plan_rollout(system, list_style_of(options), ranks_);
    const bool too_many =
        !system.follows_space && ranks_ > 1 && system.nodes > parallel::most_partitioned_nodes();
    require(!too_many || context_.command_line.plan_ranks > 0,
            Advice{"use a PETSc built with 64-bit indices"},
            "the graph has {} nodes, more than PETSc's 32-bit indices can number", system.nodes);
    if (too_many)
        report::warn("check: so large a graph needs a PETSc built with 64-bit indices, which this is not");
    json_.update(to_json(plan, system));
    const auto& b = plan.subdomains;
    report::info(fmt::format(
        "check: rollout of {}: {} particles, {}{:.0f} edges on {} ranks, as planned ({}):\n"
        "particles a rank {:.0f} to {:.0f}, halo {:.0f} on average and at most {:.0f}, edges at most {:.4g}\n"
        "a step: {:.1f} messages a rank on average and at most {}, {:.1f} KiB a rank on average and at most "
        "{:.1f} KiB; {}",
        system.description, system.nodes, plan.estimated ? "an estimated " : "", plan.edges, ranks_,
        plan.basis, b.smallest_owned, b.largest_owned, b.mean_halo, b.largest_halo, plan.most_edges,
        b.mean_messages, b.most_messages, json_["bytes_per_step_and_rank"]["mean"].get<double>() / 1024,
        json_["bytes_per_step_and_rank"]["max"].get<double>() / 1024, step_text(system)));
    const double bytes = rollout_bytes(system, options, plan);
    tell("rollout", bytes,
         fmt::format("{:.3g} GiB on all ranks", (bytes + start_up_) * ranks_ / 1024 / mebibyte));
    json_["memory_mib_per_rank"] = (bytes + start_up_) / mebibyte;
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
        if (context.comm.is_root() && !line.json.empty())
            io::require_output_file(line.json, line.overwrite, line.command, {line.file});
    });
    check_file(context, options.train.data, "train.data");
    check_file(context, options.train.layers, "train.layers");
    check_file(context, options.train.update, "train.update");
    check_file(context, options.tabulate.model, "tabulate.model");
    check_file(context, options.evaluate.data, "evaluate.data");
    check_file(context, options.evaluate.model, "evaluate.model");
    check_file(context, options.rollout.model, "rollout.model");
    check_file(context, options.rollout.start, "rollout.start");
    const auto stages = stages_of(options, "run");
    parallel::together(context.comm, [&] {
        require_stages(context, stages);
        if (context.comm.is_root()) require_inputs(context, stages);
    });
    Check check(context);
    // Particles of a file may be more than this process can hold for others.
    const int ranks = context.command_line.plan_ranks;
    if (ranks == 0 || ranks == context.comm.size()) check_inputs(context, stages);
    if (options.generates) check.generate();
    if (options.trains) check.train();
    if (options.rolls_out) check.roll_out();
    double bytes = 0;
    for (const auto& file : planned_files(context, stages, context.comm.size())) bytes += file.bytes;
    report::info(fmt::format("check: files of {:.4g} MiB in all", bytes / mebibyte));
    require_disk_space(context, stages);
    if (!context.command_line.json.empty())
        report::write_summary(context.comm, context.command_line.json, check.json());
    report::info(fmt::format("check: '{}' is in order", context.command_line.file));
}

}  // namespace rfhgn::workflow
