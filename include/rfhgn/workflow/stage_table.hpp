#pragma once
/// The stages of a deck as rows of one table. A new stage is a source file with its row, and a line in
/// stage_table.cpp.

#include <span>
#include <string>
#include <vector>

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// A file that a stage reads.
struct StageInput {
    const char* key;    ///< of the deck, that may name it
    std::string given;  ///< the path that the deck gives; empty: `name` of the output folder
    std::string name;
};

struct Stage {
    const char* name;  ///< of the command and of <name>.json
    const char* help;
    bool Options::*in_deck;
    /// Tables and keys on which its results depend. Files count by their content: see `inputs`.
    std::vector<std::string> (*depends_on)(const Options&);
    std::vector<StageInput> (*inputs)(const Options&);
    /// Files that it writes, relative to the output folder. The last one is written when all is done.
    std::vector<std::string> (*files)(const Options&);
    /// Paths of what it keeps in this folder to go on from, unfinished files too; none: it begins anew.
    /// Local.
    std::vector<std::string> (*checkpoints)(const std::string& folder) = nullptr;
    /// Reads what it is given and throws InputError where that does not fit the deck, before anything is
    /// replaced. Of inputs that are there. *Collective.*
    void (*check_inputs)(const Context&);
    /// A key that may be raised when the stage is complete: it then goes on from where it ended. Or none.
    const char* grows = "";
    /// *Collective.*
    void (*run)(const Context&);
};

extern const Stage generate_stage, train_stage, tabulate_stage, evaluate_stage, rollout_stage;

/// In the order in which `run` takes them.
std::span<const Stage* const> all_stages();

/// Those that a command runs: one, or, for "run", those that the deck has.
std::vector<const Stage*> stages_of(const Options& options, const std::string& command);
/// Throws InputError when there are none. Local.
void require_stages(const Context& context, const std::vector<const Stage*>& stages);

/// Keys that steer a run without a trace in its results: a restart may change them.
bool leaves_results_alone(const std::string& key);

/// Values of the keys that a stage's results depend on, by full name.
std::map<std::string, std::string> settings_of(const Stage& stage, const Context& context);

/// Takes out of `settings` keys that a run with the settings `before` did not know and that have their
/// defaults: those of observers, which leave the motion and one another alone, and those whose defaults are
/// what runs did before. So a release with a new one can go on with runs of those before it. A key that the
/// deck gives stays: it asks for results of the whole run.
void forget_newer(std::map<std::string, std::string>& settings,
                  const std::map<std::string, std::string>& before, const Context& context);

/// The path of an input.
std::string path_of(const StageInput& input, const Context& context);

}  // namespace rfhgn::workflow
