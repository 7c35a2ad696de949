// What a run may do with what is in its output folder: all that is refused is refused here, before anything
// is touched.
#include <algorithm>
#include <filesystem>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/report/log.hpp"

#include "result_files.hpp"
#include "result_folder.hpp"
#include "stage_inputs.hpp"

namespace rfhgn::workflow {

namespace {

constexpr Advice begin_anew{
    "restart with the deck and the files that it was made from, choose another folder with --output, or "
    "begin anew "
    "with --overwrite"};
constexpr Advice move_away{"choose another folder with --output, or move the file away"};

}  // namespace

void ResultFolder::require_own(const std::string& stage, const std::string& name,
                               const Digests& digests) const {
    const auto entry = record_.find(stage);
    const bool known = entry != record_.end() && entry->second.files.contains(name);
    require(known, move_away, "'{}' exists already, and rfhgn has no record of having written it ('{}' {})",
            path(name), path(record_name), is_there(path(record_name)) ? "does not name it" : "is missing");
    const auto& digest = entry->second.files.at(name).digest;
    require(digest.empty() || digest == digests.at(path(name)), move_away,
            "'{}' was changed since rfhgn wrote it, by what '{}' says, so that it is not replaced",
            path(name), path(record_name));
}

void ResultFolder::require_complete(const Stage& stage, const StageRecord& before,
                                    const Digests& digests) const {
    for (const auto& [name, file] : before.files) {
        if (file.checkpoint && !is_there(path(name))) {
            report::warn(fmt::format("{}: '{}' is missing, so that this stage can no more be extended",
                                     stage.name, path(name)));
            continue;
        }
        // What was changed is not replaced: require_own.
        const bool there = is_there(path(name));
        require(
            digests.at(path(name)) == file.digest,
            Advice{there ? "put back what it was, choose another folder with --output, or move it away and "
                           "begin anew with --overwrite"
                         : "put it back, choose another folder with --output, or begin anew with "
                           "--overwrite"},
            "by '{}' the stage {} is complete, but '{}' {}", path(record_name), stage.name, path(name),
            there ? "was changed since" : "is missing");
    }
}

void ResultFolder::require_same(const Stage& stage, const StageRecord& before, const Digests& digests) const {
    auto now = record_of(stage, digests);
    forget_newer(now.settings, before.settings, context_);
    const auto differences = changes(before, now, stage.grows, context_.at_default);
    require(differences.empty(), begin_anew, "by '{}' the stage {} was {} with other settings or inputs:\n{}",
            path(record_name), stage.name, before.complete ? "completed" : "begun",
            differences.substr(0, differences.find_last_not_of('\n') + 1));
}

// An input that an earlier stage of this run makes anew is another one, whatever it holds now.
bool ResultFolder::is_made_anew(const StageInput& input) const {
    return std::any_of(stages_.begin(), stages_.end(), [&](const Stage* earlier) {
        const auto state = states_.find(earlier->name);
        if (state == states_.end() || state->second == State::finished) return false;
        const auto names = earlier->files(context_.options);
        return std::any_of(names.begin(), names.end(), [&](const auto& name) {
            return same_place(path(name), path_of(input, context_));
        });
    });
}

// Of a restart, when those before it are known.
ResultFolder::State ResultFolder::state_of(const Stage& stage, const Digests& digests) const {
    const auto entry = record_.find(stage.name);
    if (entry == record_.end()) return State::absent;
    const auto& before = entry->second;
    if (before.complete) require_complete(stage, before, digests);
    if (!before.complete && !goes_on(stage)) return State::absent;
    for (const auto& input : stage.inputs(context_.options))
        require(!is_made_anew(input), begin_anew, "the stage {} was {} with a '{}' that is to be made anew",
                stage.name, before.complete ? "completed" : "begun", path_of(input, context_));
    require_same(stage, before, digests);
    if (!before.complete || has_grown(before, record_of(stage, digests), stage.grows)) {
        require(goes_on(stage), begin_anew,
                "the stage {} is complete, but its last checkpoint, from which it could go on, is missing",
                stage.name);
        return State::unfinished;
    }
    return State::finished;
}

// Files that are in the way, and those that rfhgn cannot prove to be its own.
void ResultFolder::require_replaceable(const Digests& digests) const {
    const auto& line = context_.command_line;
    const auto require_asked = [&line](const std::string& file) {
        require(line.overwrite || line.restart,
                Advice{"choose another folder with --output, pass --restart to go on with an unfinished run, "
                       "or --overwrite to replace results"},
                "'{}' exists already", file);
    };
    for (const auto* stage : stages_) {
        const auto entry = record_.find(stage->name);
        if (stage->checkpoints && entry != record_.end())
            for (const auto& file : stage->checkpoints(line.output)) require_asked(file);
        if (stage->checkpoints && entry == record_.end())
            for (const auto& file : stage->checkpoints(line.output))
                if (file.ends_with(part_suffix)) require_absent(file);
        for (const auto& name : files_of(*stage)) {
            io::require_output_place(path(name));
            const bool known = entry != record_.end() && entry->second.files.contains(name);
            if (!known) require_absent(path(name) + part_suffix);
            if (!is_there(path(name))) continue;
            // What a restart keeps is compared with the record where its stage is looked at.
            if (!line.restart || !known) require_own(stage->name, name, digests);
            require_asked(path(name));
        }
    }
    if (line.command == "run" && !record_.contains(deck_entry))
        require_beginning(deck_name, context_.resolved_deck);
    if (writes_deck()) require_own(deck_entry, deck_name, digests);
}

// Files are written aside under this name: one that no run has left behind is somebody's own.
void ResultFolder::require_absent(const std::string& part) const {
    require(!is_there(part), move_away,
            "'{}' exists already, and rfhgn has no record of having written it ('{}' {})", part,
            path(record_name), is_there(path(record_name)) ? "does not name it" : "is missing");
}

// Of files that are written before the record names them a killed run leaves a beginning.
void ResultFolder::require_beginning(const std::string& name, const std::string& text) const {
    const auto part = path(name) + part_suffix;
    const auto found = text_of(part);
    const auto both = std::min(found.size(), text.size());
    if (!is_there(part) || found.substr(0, both) != text.substr(0, both)) require_absent(part);
}

bool ResultFolder::writes_deck() const {
    const auto file = path(deck_name);
    return context_.command_line.command == "run" && is_there(file) &&
           text_of(file) != context_.resolved_deck;
}

bool ResultFolder::goes_on(const Stage& stage) const {
    return context_.command_line.restart && stage.checkpoints && record_.contains(stage.name) &&
           !stage.checkpoints(context_.command_line.output).empty();
}

// What is to be removed, and will not be read by this run.
std::vector<std::string> ResultFolder::doomed_files(const Stage& stage) const {
    std::vector<std::string> paths;
    for (const auto& name : files_of(stage))
        for (const auto& file : {path(name), path(name) + part_suffix})
            if (is_there(file)) paths.push_back(file);
    if (stage.checkpoints && record_.contains(stage.name))
        for (auto& file : stage.checkpoints(context_.command_line.output))
            if (io::is_own_file(file)) paths.push_back(std::move(file));
    return paths;
}

void ResultFolder::require_not_inputs(const std::vector<std::string>& paths) const {
    std::vector<std::string> inputs{context_.command_line.file};
    for (const auto* stage : stages_)
        for (const auto& input : stage->inputs(context_.options))
            if (!maker(context_, stages_, *stage, input)) inputs.push_back(path_of(input, context_));
    for (const auto& file : paths)
        for (const auto& input : inputs)
            require(!same_file(file, input), Advice{"choose another folder with --output"},
                    "'{}' would be replaced by this run, which needs it", input);
}

// On the root: refuses, or tells the state of each stage and removes what is to be made anew.
void ResultFolder::look(const Digests& digests) {
    require_replaceable(digests);
    const bool restart = context_.command_line.restart;
    for (const auto* stage : stages_)
        states_[stage->name] = restart ? state_of(*stage, digests) : State::absent;
    std::vector<std::string> doomed;
    std::vector<std::string> anew;
    for (const auto* stage : stages_) {
        if (states_[stage->name] == State::finished || goes_on(*stage)) continue;
        anew.emplace_back(stage->name);
        const auto files = doomed_files(*stage);
        doomed.insert(doomed.end(), files.begin(), files.end());
    }
    require_not_inputs(doomed);
    if (writes_deck()) require_not_inputs({path(deck_name)});
    for (const auto& file : doomed) std::filesystem::remove(file);
    std::size_t known = 0;
    for (const auto& name : anew) known += record_.erase(name);
    if (known > 0) write_record(context_.command_line.output, record_);
}

}  // namespace rfhgn::workflow
