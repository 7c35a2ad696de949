#include "rfhgn/workflow/context.hpp"

#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/base/stop_signal.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/read_deck.hpp"

#include "disk_space.hpp"
#include "paths.hpp"
#include "restart.hpp"
#include "result_folder.hpp"
#include "watch.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

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
    std::string advice = fmt::format("name the file with {}", key);
    if (!name.empty()) advice += fmt::format(" in the deck, or run the stage that writes '{}' first", name);
    require(fs::exists(path), Advice{advice}, "there is no file '{}'", path);
    static_cast<void>(InputFile(path, Advice{advice}));
    return path;
}

Context prepare(const parallel::Communicator& comm, const CommandLine& command_line) {
    const std::string text = read_deck_text(comm, command_line.file);
    std::string resolved;
    std::map<std::string, std::string> values;
    std::set<std::string> at_default;
    Options options = parallel::together(comm, [&] {
        config::Deck deck(text, command_line.file, command_line.overrides);
        const int ranks = command_line.plan_ranks;
        Options read = read_options(deck, ranks > 0 ? ranks : comm.size());
        resolved = deck.resolved();
        values = deck.values();
        at_default = deck.at_default();
        return read;
    });
    Context context{comm,
                    command_line,
                    std::move(options),
                    resolved,
                    provenance(comm, command_line, resolved),
                    std::move(values),
                    std::move(at_default)};
    if (context.command_line.output.empty())
        context.command_line.output = "results/" + fs::path(command_line.file).stem().string();
    // A folder has one name, however it was typed: files are known by it.
    auto& output = context.command_line.output;
    while (output.size() > 1 && output.ends_with('/')) output.pop_back();
    parallel::together(comm, [&] { require_paths(context); });
    return context;
}

namespace {

void run(const Context& context) {
    const auto stages = stages_of(context.options, context.command_line.command);
    require_stages(context, stages);
    // What is complete takes no more space; whether it is, only a look at the folder can tell.
    const bool restart = context.command_line.restart;
    if (!restart) require_disk_space(context, stages);
    ResultFolder folder(context, stages);
    auto left = stages;
    std::erase_if(left, [&](const auto* stage) { return folder.finished(*stage); });
    if (restart) require_disk_space(context, left);
    const bool all = context.command_line.command == "run";
    if (all) folder.write_deck();
    for (const auto* stage : stages) {
        if (folder.finished(*stage)) {
            report::info(fmt::format("{}: finished already", stage->name));
            continue;
        }
        folder.begin(*stage);
        {
            const StageWatch watch(context, stage->name);
            stage->run(context);
        }
        folder.complete(*stage);
        if (stage != stages.back()) stop_between_stages(context, stage->name);
    }
    if (all) report::info(fmt::format("results are in {}", context.command_line.output));
}

}  // namespace

void execute(const parallel::Communicator& comm, const CommandLine& command_line) {
    if (command_line.command == "info" || command_line.command == "check" ||
        command_line.command == "convert")
        leave_stop_signals();
    if (command_line.command == "info") return info(comm, command_line);
    if (command_line.command == "convert") return convert(comm, command_line);
    if (command_line.command == "merge") return merge(comm, command_line);
    const parallel::Interruptible interruptible(comm, deadline(command_line));
    const Context context = prepare(comm, command_line);
    if (command_line.command == "check")
        check(context);
    else
        run(context);
}

}  // namespace rfhgn::workflow
