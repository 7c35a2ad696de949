#include "context.hpp"

#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/config/read_deck.hpp"
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::app {

namespace {

namespace fs = std::filesystem;

bool runs(const std::string& command, const char* stage, bool in_deck) {
    return command == stage || (command == "run" && in_deck);
}

// The root looks at the folder; all ranks learn the outcome.
void prepare_output(const parallel::Communicator& comm, const CommandLine& command_line,
                    const std::vector<std::string>& outputs) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        for (const auto& name : outputs) {
            const auto path = fs::path(command_line.output) / name;
            require(command_line.overwrite || !fs::exists(path),
                    Advice{"choose another folder with --output, or pass --overwrite to replace results"},
                    "'{}' exists already", path.string());
        }
        std::error_code error;
        fs::create_directories(command_line.output, error);
        require(!error, Advice{"choose a folder that you may write to with --output"},
                "cannot create the folder '{}': {}", command_line.output, error.message());
        // Old results of these stages must not be mistaken for new ones if this run fails.
        for (const auto& name : outputs) fs::remove(fs::path(command_line.output) / name, error);
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

std::vector<std::string> files_to_write(const Options& options, const std::string& command) {
    std::vector<std::string> files;
    const auto add = [&](std::initializer_list<const char*> names) {
        files.insert(files.end(), names.begin(), names.end());
    };
    if (runs(command, "generate", options.generates)) add({"data.h5", "generate.json"});
    if (runs(command, "train", options.trains)) add({"model.h5", "train.json"});
    if (runs(command, "evaluate", options.evaluates)) add({"evaluate.json"});
    if (runs(command, "rollout", options.rolls_out)) {
        add({"trajectory.h5md", "rollout.csv", "rollout.json"});
        if (options.rollout.exact && options.rollout.force == "learned")
            add({"exact.h5md", "exact.csv", "error.csv"});
        if (options.rollout.uncertainty) add({"deviation.csv"});
    }
    if (command == "run") add({"deck.toml"});
    return files;
}

Context prepare(const parallel::Communicator& comm, const CommandLine& command_line) {
    const std::string text = config::read_deck_text(comm, command_line.file);
    std::string resolved;
    Options options = parallel::together(comm, [&] {
        config::Deck deck(text, command_line.file, command_line.overrides);
        Options read = read_options(deck, comm.size());
        resolved = deck.resolved();
        return read;
    });
    Context context{comm, command_line, std::move(options), resolved,
                    provenance(comm, command_line, resolved)};
    if (context.command_line.output.empty())
        context.command_line.output = "results/" + fs::path(command_line.file).stem().string();
    parallel::together(
        comm, [&] { require_kept(context.options, context.command_line.output, command_line.command); });
    if (command_line.command != "check")
        prepare_output(comm, context.command_line, files_to_write(context.options, command_line.command));
    return context;
}

void run(const Context& context) {
    const auto& options = context.options;
    require(options.generates || options.trains || options.evaluates || options.rolls_out,
            Advice{"add at least one of [generate], [train], [evaluate], [rollout]"},
            "the deck '{}' has no stage to run", context.command_line.file);
    report::write_text(context.comm, context.output("deck.toml"), context.resolved_deck);
    if (options.generates) generate(context);
    if (options.trains) train(context);
    if (options.evaluates) evaluate(context);
    if (options.rolls_out) rollout(context);
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
    if (command_line.command == "run") run(context);
    if (command_line.command == "generate") generate(context);
    if (command_line.command == "train") train(context);
    if (command_line.command == "evaluate") evaluate(context);
    if (command_line.command == "rollout") rollout(context);
    if (command_line.command == "check") check(context);
}

}  // namespace rfhgn::app
