#include "command_line.hpp"

#include <algorithm>
#include <sstream>

#include <CLI/CLI.hpp>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/io/hdf5_version.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/workflow/checkpoint_schedule.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "words.hpp"

namespace rfhgn::app {

namespace {

struct Command {
    std::string name;
    std::string help;
};

std::vector<Command> all_commands() {
    std::string stages;
    std::vector<Command> commands;
    for (const auto* stage : workflow::all_stages()) {
        stages += (stages.empty() ? "" : ", ") + std::string(stage->name);
        commands.push_back({stage->name, stage->help});
    }
    commands.insert(commands.begin(), {"run", "every stage that the deck has: " + stages});
    commands.insert(
        commands.end(),
        {{"merge", "add up the training data of two models with the same hidden layers"},
         {"convert", "turn configurations into an HDF5 data set, extended XYZ or a LAMMPS data file"},
         {"check", "find everything that can be found wrong without running; estimate memory and halo"},
         {"info", "tell what a data set, model, trajectory or checkpoint holds"},
         {"keys", "list every key of a deck with its default, range and meaning"}});
    return commands;
}

std::string version_text() {
    const auto libraries = parallel::library_versions();
    return fmt::format("rfhgn {} ({})\n{}\n{}\n{}\n{}\n{}", version(), commit(), build_description(),
                       libraries.mpi, libraries.petsc, libraries.blas, io::hdf5_version());
}

std::string all_keys() {
    config::Deck deck("[system]\n[evaluate.zero_shot.NAME]\n", "", {});
    try {
        workflow::read_options(deck, 1);
    } catch (const InputError&) {
        // an empty deck lacks what a real one must have; its keys are declared all the same
    }
    return config::describe(deck.declarations());
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& command : all_commands()) result.push_back(command.name);
    return result;
}

CLI::Option* add_path(CLI::App& app, const char* name, std::string& path, const char* help) {
    return app.add_option(name, path, help)->check([](const std::string& given) {
        return given.empty() ? std::string("an empty text names no file or folder") : std::string();
    });
}

void add_common(CLI::App& app, workflow::CommandLine& line) {
    add_path(app, "deck", line.file, "TOML deck")->required();
    app.add_option("--set", line.overrides, "override a key: --set section.key=value (repeatable)")
        ->take_all()
        ->allow_extra_args(false);
    add_path(app, "--output", line.output, "folder of the results (default: results/<deck's name>)");
    app.add_flag("--quiet", line.quiet, "only warnings and errors");
}

// Of commands that write results.
void add_stage(CLI::App& app, workflow::CommandLine& line) {
    auto* overwrite = app.add_flag("--overwrite", line.overwrite, "replace results of an earlier run");
    app.add_flag(
           "--restart", line.restart,
           "go on where an earlier run of this folder stopped, on any number of ranks; begin where there "
           "is nothing to go on from")
        ->excludes(overwrite);
    app.add_option_function<std::string>(
        "--max-walltime",
        [&line](const std::string& text) { line.max_walltime = workflow::parse_walltime(text); },
        "stop in order, with exit code 75, before this time is over: seconds or HH:MM:SS");
}

// Of commands that may tabulate.
void add_force(CLI::App& app, workflow::CommandLine& line) {
    app.add_flag("--force", line.force,
                 "tabulate a model although its forces are not those of its training data");
}

// Options of `train` are short for keys of the deck.
void add_train(CLI::App& app, workflow::CommandLine& line) {
    const auto key_option = [&](const char* name, const char* key, const char* help) {
        app.add_option_function<std::string>(
            name,
            [&line, key](const std::string& value) {
                line.overrides.push_back(fmt::format("{}={}", key, value));
            },
            help);
    };
    key_option("--update", "train.update", "a model trained with keep_factor, whose training goes on");
    key_option("--prune-to-tolerance", "train.prune_tolerance",
               "keep the fewest features whose relative error is below this");
}

void add_check(CLI::App& app, workflow::CommandLine& line) {
    auto* ranks = app.add_option(
        "--ranks", line.plan_ranks,
        "tell what the rollout would take on so many ranks: particles, halos, messages, memory");
    ranks->check(CLI::Range(1, 100000000));
    auto* json = add_path(app, "--json", line.json, "with --ranks: write it to this file too")->needs(ranks);
    app.add_flag("--overwrite", line.overwrite, "replace this file")->needs(json);
    app.add_flag("--stages", line.list_stages, "print the stages that the deck has, one a line, and end")
        ->excludes(ranks);
}

void add_deck_command(CLI::App& app, const std::string& name, workflow::CommandLine& line) {
    add_common(app, line);
    if (name == "check")
        add_check(app, line);
    else
        add_stage(app, line);
    if (name == "train") add_train(app, line);
    if (name == "run" || name == "tabulate") add_force(app, line);
}

void add_merge(CLI::App& app, workflow::CommandLine& line) {
    add_path(app, "first", line.file, "model trained with keep_factor")->required();
    add_path(app, "second", line.other, "another one with the same hidden layers")->required();
    add_path(app, "--output", line.output, "the model to write")->required();
    app.add_flag("--overwrite", line.overwrite, "replace it if it is there");
    app.add_flag("--quiet", line.quiet, "only warnings and errors");
}

void add_convert(CLI::App& app, workflow::CommandLine& line) {
    add_path(app, "input", line.file,
             "data set (HDF5 or extended XYZ), trajectory (H5MD or LAMMPS dump) or LAMMPS data file")
        ->required();
    add_path(app, "output", line.other, "NAME.h5, NAME.xyz or NAME.data")->required();
    app.add_option("--frame", line.frame, "only this configuration: from 0 or, negative, from the end");
    app.add_option("--units", line.units, "of a file that does not say them")
        ->check(CLI::IsMember({"lj", "metal"}));
    app.add_option("--symbols", line.symbols,
                   "number the species in this order, such as Ar,Kr; names them where the input does not");
    app.add_flag("--overwrite", line.overwrite, "replace the output if it is there");
    app.add_flag("--quiet", line.quiet, "only warnings and errors");
}

// CLI11 says no more than "a subcommand is required" for a misspelled one.
void require_known_command(const std::vector<std::string>& words) {
    const auto word =
        std::find_if(words.begin(), words.end(), [](const auto& w) { return !w.starts_with("-"); });
    if (word == words.end()) return;
    const auto known = names();
    if (std::find(known.begin(), known.end(), *word) != known.end()) return;
    require(*word != "compile", Advice{"say tabulate; in decks the table [compile] is [tabulate]"},
            "the command 'compile' is now called 'tabulate'");
    const std::string near = config::nearest(*word, known);
    throw InputError(fmt::format("'{}' is not a command{}", *word,
                                 near.empty() ? "" : fmt::format("; did you mean '{}'?", near)),
                     fmt::format("commands are {}", fmt::join(known, ", ")));
}

// Names of files end up in logs, summaries and files of other programs, line by line and as UTF-8.
void require_plain(const std::vector<std::string>& words) {
    for (const auto& word : words)
        require(is_plain_text(word),
                Advice{"rename the file or correct the text; \\xHH are the bytes in question"},
                "the argument '{}' has control characters or is not UTF-8", made_plain(word));
}

void add_commands(CLI::App& app, workflow::CommandLine& line) {
    for (const auto& [name, help] : all_commands()) {
        CLI::App* sub = app.add_subcommand(name, help);
        if (name == "keys") continue;
        if (name == "info")
            add_path(*sub, "file", line.file, "data set, model, trajectory or checkpoint")->required();
        else if (name == "merge")
            add_merge(*sub, line);
        else if (name == "convert")
            add_convert(*sub, line);
        else
            add_deck_command(*sub, name, line);
    }
}

// Words in the order of the command line; the text that answers --help.
std::optional<std::string> parse_words(CLI::App& app, std::vector<std::string> words) {
    try {
        std::reverse(words.begin(), words.end());  // CLI11 takes its vector from the back
        app.parse(words);
    } catch (const CLI::CallForHelp& help) {
        std::ostringstream text;
        app.exit(help, text, text);
        return text.str();
    } catch (const CLI::ParseError& error) {
        throw InputError(error.what(), "rfhgn --help lists commands, rfhgn COMMAND --help its options");
    }
    return std::nullopt;
}

}  // namespace

std::string as_typed(int argc, char** argv) {
    std::string text = "rfhgn";
    for (int i = 1; i < argc; ++i) text += ' ' + made_plain(argv[i]);
    return text;
}

Request parse_command_line(int argc, char** argv) {
    Request request;
    auto& line = request.command_line;
    line.started = parallel::wall_time();
    std::vector<std::string> words(argv + 1, argv + argc);
    require_plain(words);
    line.text = as_typed(argc, argv);
    const auto separator = std::find(words.begin(), words.end(), "--");
    if (separator != words.end()) line.petsc.assign(separator + 1, words.end());
    words.erase(separator, words.end());

    CLI::App app(
        "Learns the Hamiltonian of an N-body system by random features and rolls it out, on any number of "
        "MPI ranks.",
        "rfhgn");
    app.footer(
        "PETSc options follow a lone '--', e.g.  rfhgn train deck.toml -- -rfhgn_ksp_lsqr_monitor\n"
        "Exit codes: 0 success, 1 the run failed, 2 bad input or usage, 75 stopped early with a checkpoint.");
    app.require_subcommand(1);
    bool wants_version = false;
    app.add_flag("--version", wants_version, "versions of rfhgn and of its libraries");
    add_commands(app, line);
    if (std::find(words.begin(), words.end(), "--version") != words.end()) {
        request.answer = version_text() + '\n';
        return request;
    }
    require_known_command(words);
    request.answer = parse_words(app, words);
    if (request.answer) return request;
    line.command = app.get_subcommands().front()->get_name();
    if (line.command == "keys") request.answer = all_keys();
    return request;
}

}  // namespace rfhgn::app
