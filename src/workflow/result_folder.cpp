#include "result_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/report/summary.hpp"

#include "result_files.hpp"
#include "stage_inputs.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

constexpr double seconds_to_wait = 10.0;  // ranks outlive their launcher by some three
// What is larger is not read again while its stamp is the same.
constexpr std::int64_t bytes_read_again = std::int64_t{64} << 20U;

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream lines(text);
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) found.push_back(line);
    return found;
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
        require_inputs(context, stages_);
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
    if (context.command_line.overwrite) check_inputs(context, stages_);
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
