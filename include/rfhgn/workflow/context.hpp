#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

/// The command line after parsing.
struct CommandLine {
    std::string command;
    std::string file;   ///< deck, the file of `info` and `convert`, the first model of `merge`
    std::string other;  ///< the second model of `merge`, the output of `convert`
    std::vector<std::string> overrides;
    std::string output;
    bool overwrite = false;
    bool force = false;        ///< tabulate a model whatever the verdict on it
    bool restart = false;      ///< go on where an earlier run stopped
    double max_walltime = 0;   ///< seconds from `started`; 0: no limit
    double started = 0;        ///< parallel::wall_time() when the program began
    int plan_ranks = 0;        ///< of `check`: ranks to plan for; 0: those of this job
    std::string json;          ///< of `check`: where the plan is written too
    bool list_stages = false;  ///< of `check`: print the stages that `run` would run, and nothing else
    std::optional<std::int64_t> frame{};  ///< of `convert`: only this configuration, negative: from the end
    std::string units;                    ///< of `convert`: of files that do not say them
    std::string symbols;  ///< of `convert`: names of species in the order of their numbers, "Ar,Kr"
    bool quiet = false;
    std::vector<std::string> petsc;
    std::string text;  ///< as typed
};

/// What every stage needs to know of the run.
struct Context {
    parallel::Communicator comm;
    CommandLine command_line;
    Options options;
    std::string resolved_deck;
    io::Provenance provenance;
    std::map<std::string, std::string> values{};  ///< of the deck's keys, as TOML, but those that name files
    std::set<std::string> at_default{};           ///< keys of `values` that have their defaults

    /// A file of the output folder.
    [[nodiscard]] std::string output(const std::string& name) const {
        return command_line.output + "/" + name;
    }
    /// `given`, or else the file of the output folder; an absent file is an InputError. Local.
    [[nodiscard]] std::string input(const std::string& given, const std::string& name, const char* key) const;
};

/// Reads the deck; touches nothing. *Collective.*
Context prepare(const parallel::Communicator& comm, const CommandLine& command_line);

/// Reports what a run would do: sizes, memory, halo. Runs nothing.
void check(const Context& context);

/// Adds the training data of two models with the same hidden layers.
void merge(const parallel::Communicator& comm, const CommandLine& command_line);

/// Writes the configurations of a file as another kind of file, and tells what it found. The root does all of
/// it. *Collective.* Throws InputError.
void convert(const parallel::Communicator& comm, const CommandLine& command_line);

/// Says what a file holds, and whether it is what the record of its folder says that a stage left.
/// *Collective.* Throws InputError where it is damaged.
void info(const parallel::Communicator& comm, const CommandLine& command_line);
/// What this run is.
io::Provenance provenance(const parallel::Communicator& comm, const CommandLine& command_line,
                          std::string deck);

/// Runs the command; the log must have been started (report::start_log). *Collective.*
void execute(const parallel::Communicator& comm, const CommandLine& command_line);

}  // namespace rfhgn::workflow
