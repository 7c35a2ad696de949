#include "restart.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/io/triangle_files.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "checkpoints.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

// What a finished stage depends on. A rollout is done as a whole or has checkpoints that know their settings.
std::vector<std::string> tables_of(const std::string& stage) {
    if (stage == "generate") return {"system", "generate"};
    if (stage == "train") return {"model", "train"};
    if (stage == "evaluate") return {"evaluate"};
    return {"rollout"};
}

std::string read_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void require_same_deck(const Context& context, const std::string& before, const std::string& stage) {
    const auto old_values = deck_values(before, tables_of(stage));
    for (const auto& [key, value] : deck_values(context.resolved_deck, tables_of(stage))) {
        const auto old = old_values.find(key);
        if (old == old_values.end() || key.ends_with("checkpoint_minutes") ||
            key == "rollout.checkpoint_interval" || key.ends_with("watchdog_seconds"))
            continue;
        require(old->second == value,
                Advice{"restart with the deck that the run began with, or begin anew with --overwrite"},
                "{} was {} when the stage {} finished, and is now {}", key, old->second, stage, value);
    }
}

}  // namespace

std::map<std::string, std::string> deck_values(const std::string& resolved,
                                               const std::vector<std::string>& tables) {
    std::map<std::string, std::string> values;
    std::string table;
    std::istringstream lines(resolved);
    for (std::string line; std::getline(lines, line);) {
        // Keys that were left out are there as comments.
        line.erase(0, std::min(line.find_first_not_of("# "), line.size()));
        if (line.starts_with("[") && line.ends_with("]")) {
            table = line.substr(1, line.size() - 2);
            continue;
        }
        const auto sign = line.find(" = ");
        const bool wanted = std::any_of(tables.begin(), tables.end(), [&](const auto& name) {
            return table == name || table.starts_with(name + ".");
        });
        if (wanted && sign != std::string::npos)
            values[fmt::format("{}.{}", table, line.substr(0, sign))] = line.substr(sign + 3);
    }
    return values;
}

std::set<std::string> finished_stages(const Context& context) {
    const auto stages = stages_of(context.options, context.command_line.command);
    std::string joined;
    parallel::together(context.comm, [&] {
        if (!context.comm.is_root()) return;
        const auto before = read_text(context.output("deck.toml"));
        for (const auto& stage : stages) {
            const auto files = files_of(context.options, stage);
            if (!std::all_of(files.begin(), files.end(),
                             [&](const auto& name) { return fs::exists(context.output(name)); }))
                break;  // what comes after an unfinished stage was made from something else
            if (context.command_line.command == "run") require_same_deck(context, before, stage);
            joined += stage + "\n";
        }
    });
    std::istringstream names(parallel::broadcast(context.comm, joined));
    return {std::istream_iterator<std::string>(names), {}};
}

std::vector<std::string> checkpoints_of(const Context& context, const std::string& stage) {
    if (stage == "train") return io::triangle_files(context.command_line.output);
    if (stage != "rollout") return {};
    auto paths = io::checkpoint_files(rollout_checkpoints(context));
    for (auto& path : io::checkpoint_files(equilibration_checkpoints(context)))
        paths.push_back(std::move(path));
    return paths;
}

bool has_checkpoint(const Context& context, const std::string& stage) {
    const auto files = checkpoints_of(context, stage);
    return std::any_of(files.begin(), files.end(), [](const auto& path) { return path.ends_with(".h5"); });
}

void stop_early(const std::string& what) {
    Error stopped(ExitCode::stopped_early, what, "go on with --restart");
    stopped.set_everywhere();
    throw stopped;
}

void stop_between_stages(const Context& context, const std::string& stage) {
    const auto& line = context.command_line;
    int signal = parallel::stop_request();
    bool time_is_up = false;
    if (context.comm.is_root())
        time_is_up = line.max_walltime > 0 && parallel::wall_time() - line.started >= line.max_walltime;
    signal = parallel::max(context.comm, signal);
    time_is_up = parallel::any(context.comm, time_is_up);
    if (signal == 0 && !time_is_up) return;
    stop_early(fmt::format("stopped after the stage {} by {}", stage,
                           signal != 0 ? parallel::request_name(signal) : "the limit of wall time"));
}

}  // namespace rfhgn::workflow
