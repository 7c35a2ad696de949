#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/context.hpp"

#include "paths.hpp"
#include "stages.hpp"

namespace rfhgn::workflow {

namespace {

// Only a model is replaced by one, and never one of the two.
void require_output(const parallel::Communicator& comm, const CommandLine& line) {
    const bool there = parallel::together(comm, [&] {
        require_path(line.output, "--output", std::string(".part").size());
        if (!comm.is_root()) return false;
        const auto folder = std::filesystem::path(line.output).parent_path();
        require(folder.empty() || std::filesystem::is_directory(folder),
                Advice{"make it, or name a file in another folder with --output"},
                "there is no folder '{}' for '{}'", folder.string(), line.output);
        io::require_output_place(line.output);
        return std::filesystem::exists(line.output);
    });
    if (parallel::any(comm, there)) io::require_model(comm, line.output);
    parallel::together(comm, [&] {
        if (comm.is_root())
            io::require_output_file(line.output, line.overwrite, line.command, {line.file, line.other});
    });
}

}  // namespace

void merge(const parallel::Communicator& comm, const CommandLine& line) {
    require_output(comm, line);
    const auto a = io::read_trained_model(comm, line.file);
    const auto b = io::read_trained_model(comm, line.other);
    parallel::together(comm, [&] {
        require(a.model->encoding() == b.model->encoding(), Advice{"merge models of one encoding"},
                "'{}' has the encoding \"{}\", but '{}' has \"{}\"", a.name, a.model->encoding(), b.name,
                b.model->encoding());
    });
    require(!training::share_data(a.r_factors, b.r_factors),
            Advice{"merge models of different data; one that knows them already needs no merging"},
            "'{}' and '{}' learned from the same data, which would count twice", line.file, line.other);
    const auto result = training::trainer_of(a.model->encoding()).merge(comm, a, b);

    report::Json summary;
    summary["data"] = fmt::format("those of '{}' and '{}'", line.file, line.other);
    summary["snapshots"] = result.r_factors->snapshots;
    summary["held_out_snapshots"] = result.r_factors->held_out_snapshots;
    add_fits(result, summary);
    io::write_model(comm, line.output, *result.model, report::compact(summary).dump(),
                    provenance(comm, line, ""), &*result.r_factors);
    log_fits("merge", result);
    warn_of_unseen_pairs("merge", *result.model);
    report::info(
        fmt::format("merge: {} snapshots of two models in '{}'", result.r_factors->snapshots, line.output));
}

}  // namespace rfhgn::workflow
