#include "rfhgn/workflow/context.hpp"

#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/config/read_deck.hpp"
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/report/log.hpp"

#include "disk_space.hpp"
#include "lammps_files.hpp"
#include "restart.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

bool runs(const std::string& command, const char* stage, bool in_deck) {
    return command == stage || (command == "run" && in_deck);
}

// Of these stages, checkpoints too.
std::vector<std::string> existing_results(const Context& context, const std::vector<std::string>& stages) {
    std::vector<std::string> paths;
    for (const auto& stage : stages) {
        for (const auto& name : files_of(context.options, stage))
            if (fs::exists(context.output(name))) paths.push_back(context.output(name));
        for (auto& path : checkpoints_of(context, stage)) paths.push_back(std::move(path));
    }
    return paths;
}

// The root looks at the folder; all ranks learn the outcome.
void prepare_output(const parallel::Communicator& comm, const Context& context) {
    const auto& command_line = context.command_line;
    auto stages = stages_of(context.options, command_line.command);
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        const bool may_be_there = command_line.overwrite || command_line.restart;
        for (const auto& path : existing_results(context, stages))
            require(
                may_be_there,
                Advice{"choose another folder with --output, pass --restart to go on with an unfinished run, "
                       "or --overwrite to replace results"},
                "'{}' exists already", path);
        std::error_code error;
        fs::create_directories(command_line.output, error);
        require(!error, Advice{"choose a folder that you may write to with --output"},
                "cannot create the folder '{}': {}", command_line.output, error.message());
        if (command_line.restart)
            std::erase_if(stages, [&](const auto& stage) {
                return context.finished.contains(stage) || has_checkpoint(context, stage);
            });
        // Old results of these stages must not be mistaken for new ones if this run fails.
        for (const auto& path : existing_results(context, stages)) fs::remove(path, error);
    });
}

// Old results are removed before a stage begins; a model that training goes on from must not be one of them.
void require_kept(const Options& options, const std::string& output, const std::string& command) {
    if (!runs(command, "train", options.trains)) return;
    for (const auto& input : {options.train.layers, options.train.update})
        require(input.empty() ||
                    fs::weakly_canonical(input) != fs::weakly_canonical(fs::path(output) / "model.h5"),
                Advice{"choose another folder with --output"},
                "'{}' would be overwritten by this run, which needs it", input);
}

}  // namespace

io::Provenance provenance(const parallel::Communicator& comm, const CommandLine& command_line,
                          std::string deck) {
    const auto versions = parallel::library_versions();
    return {std::move(deck), command_line.text, commit(),
            fmt::format("rfhgn {}; {}; {}; {}", version(), versions.mpi, versions.petsc, build_description()),
            comm.size()};
}

std::string Context::input(const std::string& given, const std::string& name, const char* key) const {
    std::string path = given.empty() ? output(name) : given;
    const std::string advice =
        fmt::format("name the file with {} in the deck, or run the stage that writes '{}' first", key, name);
    require(fs::exists(path), Advice{advice}, "there is no file '{}'", path);
    return path;
}

std::vector<std::string> stages_of(const Options& options, const std::string& command) {
    std::vector<std::string> stages;
    if (runs(command, "generate", options.generates)) stages.emplace_back("generate");
    if (runs(command, "train", options.trains)) stages.emplace_back("train");
    if (runs(command, "compile", options.compiles)) stages.emplace_back("compile");
    if (runs(command, "evaluate", options.evaluates)) stages.emplace_back("evaluate");
    if (runs(command, "rollout", options.rolls_out)) stages.emplace_back("rollout");
    return stages;
}

std::vector<std::string> files_of(const Options& options, const std::string& stage) {
    if (stage == "generate") return {"data.h5", "generate.json"};
    if (stage == "train") return {"model.h5", "train.json"};
    if (stage == "compile") {
        if (!options.compile.lammps) return {"compiled.h5", "compile.json"};
        return {"compiled.h5", lammps_table, lammps_data, lammps_input, "compile.json"};
    }
    if (stage == "evaluate") return {"evaluate.json"};
    std::vector<std::string> files{"trajectory.h5md", "rollout.csv"};
    if (options.rollout.exact && options.rollout.force != "exact")
        files.insert(files.end(), {"exact.h5md", "exact.csv", "error.csv"});
    if (options.rollout.observes) files.insert(files.end(), {"radial.csv", "motion.csv"});
    if (options.rollout.observes && options.rollout.exact && options.rollout.force != "exact")
        files.insert(files.end(), {"exact-radial.csv", "exact-motion.csv"});
    if (options.rollout.uncertainty) files.emplace_back("deviation.csv");
    files.emplace_back("rollout.json");
    return files;
}

Context prepare(const parallel::Communicator& comm, const CommandLine& command_line) {
    const std::string text = config::read_deck_text(comm, command_line.file);
    std::string resolved;
    Options options = parallel::together(comm, [&] {
        config::Deck deck(text, command_line.file, command_line.overrides);
        const int ranks = command_line.plan_ranks;
        Options read = read_options(deck, ranks > 0 ? ranks : comm.size());
        resolved = deck.resolved();
        return read;
    });
    Context context{
        comm, command_line, std::move(options), resolved, provenance(comm, command_line, resolved), {}};
    if (context.command_line.output.empty())
        context.command_line.output = "results/" + fs::path(command_line.file).stem().string();
    parallel::together(
        comm, [&] { require_kept(context.options, context.command_line.output, command_line.command); });
    if (command_line.command == "check") return context;
    if (command_line.restart) context.finished = finished_stages(context);
    auto stages = stages_of(context.options, command_line.command);
    std::erase_if(stages, [&](const auto& stage) { return context.finished.contains(stage); });
    require_disk_space(context, stages);
    prepare_output(comm, context);
    return context;
}

namespace {

void run_stage(const Context& context, const std::string& stage) {
    if (context.finished.contains(stage)) {
        report::info(fmt::format("{}: finished already", stage));
        return;
    }
    if (stage == "generate") generate(context);
    if (stage == "train") train(context);
    if (stage == "compile") compile(context);
    if (stage == "evaluate") evaluate(context);
    if (stage == "rollout") rollout(context);
}

}  // namespace

void run(const Context& context) {
    const auto& options = context.options;
    require(options.generates || options.trains || options.compiles || options.evaluates || options.rolls_out,
            Advice{"add at least one of [generate], [train], [compile], [evaluate], [rollout]"},
            "the deck '{}' has no stage to run", context.command_line.file);
    report::write_text(context.comm, context.output("deck.toml"), context.resolved_deck);
    for (const auto& stage : stages_of(options, "run")) {
        run_stage(context, stage);
        if (stage != stages_of(options, "run").back()) stop_between_stages(context, stage);
    }
    report::info(fmt::format("results are in {}", context.command_line.output));
}

void execute(const parallel::Communicator& comm, const CommandLine& command_line) {
    report::start_log(comm.rank(), command_line.quiet);
    if (command_line.command == "info") {
        report::info(io::inspect_file(comm, command_line.file));
        return;
    }
    if (command_line.command == "merge") {
        merge(comm, command_line);
        return;
    }
    const Context context = prepare(comm, command_line);
    if (command_line.command == "check") {
        check(context);
    } else if (command_line.command == "run") {
        run(context);
    } else {
        run_stage(context, command_line.command);
    }
}

}  // namespace rfhgn::workflow
