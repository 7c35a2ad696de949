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

void merge(const parallel::Communicator& comm, const CommandLine& line) {
    parallel::together(comm, [&] {
        if (comm.is_root())
            io::require_output_file(line.output, line.overwrite, line.command, {line.file, line.other});
        require_path(line.output, "--output", std::string(".part").size());
    });
    // Only a model is replaced by one.
    if (const bool there = comm.is_root() && std::filesystem::exists(line.output); parallel::any(comm, there))
        io::require_model(comm, line.output);
    const auto a = io::read_trained_model(comm, line.file);
    const auto b = io::read_trained_model(comm, line.other);
    parallel::together(comm, [&] {
        require(a.model->encoding() == b.model->encoding(), Advice{"merge models of one encoding"},
                "'{}' has the encoding \"{}\", but '{}' has \"{}\"", a.name, a.model->encoding(), b.name,
                b.model->encoding());
    });
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
