#include "result_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/report/summary.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

constexpr const char* deck_name = "deck.toml";
constexpr const char* part_suffix = ".part";  // of files that are being written
constexpr const char* deck_entry = "run";     // of the record
constexpr double seconds_to_wait = 10.0;      // ranks outlive their launcher by some three
// What is larger is not read again while its stamp is the same.
constexpr std::int64_t bytes_read_again = std::int64_t{64} << 20U;

constexpr Advice begin_anew{
    "restart with the deck and the files that it was made from, choose another folder with --output, or "
    "begin anew "
    "with --overwrite"};
constexpr Advice move_away{"choose another folder with --output, or move the file away"};

bool is_there(const std::string& path) {
    return fs::exists(fs::symlink_status(path));
}

bool same_file(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return fs::equivalent(a, b, ignored);
}

// Also of files that are not there yet, however their paths were typed.
bool same_place(const std::string& a, const std::string& b) {
    std::error_code unknown;
    const auto place = [&](const std::string& path) {
        return fs::weakly_canonical(fs::absolute(path, unknown), unknown);
    };
    const auto here = place(a);
    return !unknown && here == place(b) && !unknown;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream lines(text);
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) found.push_back(line);
    return found;
}

std::string text_of(const std::string& path) {
    constexpr std::uint64_t most = std::uint64_t{1} << 24U;
    return io::file_stamp(path) ? InputFile(path).head(most) : std::string();
}

void make_folder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    require(!error, Advice{"choose a folder that you may write to with --output"},
            "cannot create the folder '{}': {}", folder, error.message());
}

}  // namespace

ResultFolder::ResultFolder(const Context& context, std::vector<const Stage*> stages)
    : context_(context), stages_(std::move(stages)), digests_(context.comm) {
    const auto& comm = context.comm;
    const auto& folder = context.command_line.output;
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        require_inputs();
        make_folder(folder);
    });
    lock_ = std::make_unique<io::FolderLock>(comm, folder, context.command_line.text, seconds_to_wait);
    if (!lock_->works())
        report::warn(fmt::format(
            "the file system of '{}' knows no locks: see yourself that no other run uses it", folder));
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        if (!is_there(path(record_name))) require_beginning(record_name, record_beginning);
        record_ = read_record(folder);
        for (const auto& [name, stage] : record_)
            for (const auto& [file, kept] : stage.files)
                if (kept.stamp.bytes >= bytes_read_again) digests_.know(path(file), kept.stamp, kept.digest);
    });
    const auto digests = digests_.of(comm.is_root() ? paths_to_compare() : std::vector<std::string>{});
    if (context.command_line.overwrite) check_inputs();
    std::string finished;
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        look(digests);
        for (const auto& [name, state] : states_)
            if (state == State::finished) finished += name + "\n";
    });
    const auto names = lines_of(parallel::broadcast(comm, finished));
    finished_ = {names.begin(), names.end()};
}

std::string ResultFolder::path(const std::string& name) const {
    return context_.output(name);
}

// Whether an earlier stage of this run writes this input.
bool ResultFolder::makes_before(const Stage& stage, const StageInput& input) const {
    const auto wanted = path_of(input, context_);
    for (const auto* earlier : stages_) {
        if (earlier == &stage) return false;
        for (const auto& name : earlier->files(context_.options))
            if (same_place(path(name), wanted) || same_file(path(name), wanted)) return true;
    }
    return false;
}

void ResultFolder::require_inputs() const {
    for (const auto* stage : stages_)
        for (const auto& input : stage->inputs(context_.options))
            if (!makes_before(*stage, input))
                static_cast<void>(context_.input(input.given, input.name, input.key));
}

// Of stages whose inputs this run does not make itself: those are not there yet.
void ResultFolder::check_inputs() const {
    for (const auto* stage : stages_) {
        const auto inputs = stage->inputs(context_.options);
        const bool made = context_.comm.is_root() &&
                          std::any_of(inputs.begin(), inputs.end(),
                                      [&](const auto& input) { return makes_before(*stage, input); });
        if (!parallel::any(context_.comm, made)) stage->check_inputs(context_);
    }
}

// All files of the stages' inputs and of their results, for a look at their content.
std::vector<std::string> ResultFolder::paths_to_compare() const {
    std::vector<std::string> paths{path(deck_name)};
    for (const auto* stage : stages_) {
        const auto before = record_.find(stage->name);
        if (before == record_.end()) continue;
        for (const auto& [name, file] : before->second.files) paths.push_back(path(name));
        for (const auto& input : stage->inputs(context_.options)) paths.push_back(path_of(input, context_));
    }
    return paths;
}

StageRecord ResultFolder::record_of(const Stage& stage, const Digests& digests) const {
    StageRecord now;
    now.settings = settings_of(stage, context_);
    for (const auto& input : stage.inputs(context_.options))
        now.inputs[input.key] = digests.at(path_of(input, context_));
    return now;
}

// What the stage writes now, and what it wrote when it ran last.
std::vector<std::string> ResultFolder::files_of(const Stage& stage) const {
    auto names = stage.files(context_.options);
    if (const auto before = record_.find(stage.name); before != record_.end())
        for (const auto& [name, file] : before->second.files)
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
}

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
            if (!makes_before(*stage, input)) inputs.push_back(path_of(input, context_));
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
    for (const auto& file : doomed) fs::remove(file);
    std::size_t known = 0;
    for (const auto& name : anew) known += record_.erase(name);
    if (known > 0) write_record(context_.command_line.output, record_);
}

void ResultFolder::begin(const Stage& stage) {
    const auto& comm = context_.comm;
    std::vector<std::string> inputs;
    if (comm.is_root())
        for (const auto& input : stage.inputs(context_.options)) inputs.push_back(path_of(input, context_));
    const auto digests = digests_.of(inputs);
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        auto now = record_of(stage, digests);
        for (const auto& name : stage.files(context_.options)) now.files[name] = {};
        record_[stage.name] = std::move(now);
        write_record(context_.command_line.output, record_);
    });
}

void ResultFolder::complete(const Stage& stage) {
    const auto& comm = context_.comm;
    std::vector<std::string> paths;
    std::vector<std::string> kept;  // names of checkpoints from which the stage may be extended
    if (comm.is_root()) {
        for (const auto& name : stage.files(context_.options)) paths.push_back(path(name));
        if (stage.checkpoints) kept = stage.checkpoints(context_.command_line.output);
        std::erase_if(kept, [](const auto& file) { return !io::is_own_file(file); });
        for (auto& file : kept) file = fs::path(file).filename();
        for (const auto& name : kept) paths.push_back(path(name));
    }
    const auto digests = digests_.of(paths);
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        auto& entry = record_[stage.name];
        for (const auto& name : kept) entry.files[name].checkpoint = true;
        for (auto& [name, file] : entry.files) {
            file.digest = digests.at(path(name));
            file.stamp = digests_.stamp(path(name));
            require<RunError>(!file.digest.empty(), Advice{"something else removed it; run the stage again"},
                              "'{}' is not there at the end of the stage {}", path(name), stage.name);
        }
        entry.complete = true;
        write_record(context_.command_line.output, record_);
    });
}

void ResultFolder::write_deck() {
    const auto& comm = context_.comm;
    const auto file = path(deck_name);
    if (const bool same = parallel::together(
            comm, [&] { return !comm.is_root() || text_of(file) == context_.resolved_deck; });
        !parallel::any(comm, !same))
        return;
    report::write_text(comm, file, context_.resolved_deck);
    const auto digests = digests_.of({file});
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        record_[deck_entry].files[deck_name] = {.digest = digests.at(file), .stamp = digests_.stamp(file)};
        record_[deck_entry].complete = true;
        write_record(context_.command_line.output, record_);
    });
}

}  // namespace rfhgn::workflow
