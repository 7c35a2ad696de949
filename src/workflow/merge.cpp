#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/model/match.hpp"
#include "rfhgn/model/training_range.hpp"
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
        static_cast<void>(io::holds_coordinate_network(comm, line.output));
    auto a = io::read_trained_model(comm, line.file);
    const auto b = io::read_trained_model(comm, line.other);
    parallel::together(comm, [&] {
        model::require_match(a.model, model::facts_of(b.model, fmt::format("the model '{}'", line.other)),
                             model::Purpose::train);
    });
    const auto difference = training::layer_difference(a.model, b.model);
    require(difference.empty(), Advice{"train one of them with train.layers = the other's file, unpruned"},
            "'{}' and '{}' cannot be merged: {}", line.file, line.other, difference);
    a.model.training_range = model::unite(a.model.training_range, b.model.training_range);
    a.model.species_names = potential::united(a.model.species_names, b.model.species_names);
    training::TrainingOptions options;
    options.uncertainty = a.model.message_posterior.known() && b.model.message_posterior.known();
    const auto result =
        training::solve_layers(comm, a.model, training::merge(a.r_factors, b.r_factors), options);

    report::Json summary;
    summary["data"] = fmt::format("those of '{}' and '{}'", line.file, line.other);
    summary["snapshots"] = result.r_factors->snapshots;
    summary["held_out_snapshots"] = result.r_factors->held_out_snapshots;
    summary["energy_per_edge"] = result.model.energy_per_edge;
    summary["kinetic"] = report::to_json(result.kinetic);
    summary["message"] = report::to_json(result.message);
    io::write_model(comm, line.output, result.model, report::compact(summary).dump(),
                    provenance(comm, line, ""), &*result.r_factors);
    log_fit("merge: kinetic", result.kinetic);
    log_fit("merge: message", result.message);
    warn_of_unseen_pairs("merge", result.model);
    report::info(
        fmt::format("merge: {} snapshots of two models in '{}'", result.r_factors->snapshots, line.output));
}

}  // namespace rfhgn::workflow
