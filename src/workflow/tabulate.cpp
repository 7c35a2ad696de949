#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/match_facts.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "data_sets.hpp"
#include "lammps_files.hpp"
#include "stages.hpp"

namespace rfhgn::workflow {

namespace {

report::Json table_json(const model::SplineTable& table, const model::TableError& error) {
    return {{"knots", table.intervals + 1},
            {"functions", table.count},
            {"error_slope", error.slope},
            {"error_relative", error.relative},
            {"error_value", error.value}};
}

// For LAMMPS every particle has T = |p|²/2m.
void warn_of_kinetic(const model::Model& model) {
    if (model.learned_kinetic_energy())
        report::warn(
            "tabulate: the files for LAMMPS have the learned forces, but its kinetic energy is |p|^2/2m");
}

// On this rank alone. In LAMMPS particles move where they like, unless bonds hold them.
void take_census(const model::Model& model, const data::SnapshotSet& first, model::Facts& facts) {
    const auto& part = first.part;
    const auto self = parallel::Communicator::self();
    training::Census census;
    census.add_particles(part.species, part.mass);
    if (model.cutoff_radius() > 0) return census.tell_free(self, facts);
    for (const auto& edge : part.edges)
        census.add_pair(part.species[static_cast<std::size_t>(edge.first)],
                        part.species[static_cast<std::size_t>(edge.second)]);
    census.tell_joined(self, facts);
}

LammpsFiles export_files(const Context& context, const model::TabulatedModel& tabulated) {
    const std::string path = context.input(context.options.train.data, "data.h5", "train.data");
    const auto reader = open_data_set(parallel::Communicator::self(), path, tabulated.model.species_names);
    auto facts = training::facts_of(reader->totals(), fmt::format("the data set '{}'", path));
    tabulated.model.require_match(facts);
    const auto first = reader->read_snapshots({0, 1});
    take_census(tabulated.model, first, facts);
    tabulated.model.require_match(facts);
    return lammps_files(tabulated, first,
                        {context.options.tabulate.lammps_points, context.options.rollout.dt.value});
}

void write_lammps(const Context& context, const model::TabulatedModel& tabulated) {
    const auto& comm = context.comm;
    const auto files = parallel::together(
        comm, [&] { return comm.is_root() ? export_files(context, tabulated) : LammpsFiles{}; });
    report::write_text(comm, context.output(lammps_table), files.table);
    report::write_text(comm, context.output(lammps_data), files.data);
    report::write_text(comm, context.output(lammps_input), files.input);
    warn_of_kinetic(tabulated.model);
    report::info(fmt::format("tabulate: cd {} && lmp -in {}", context.command_line.output, lammps_input));
}

// Tables go where nobody sees the errors of training. What has no tables at all says so first.
void require_good(const Context& context, const std::string& path, const model::Model& model) {
    if (model.verdict.empty()) return;
    static_cast<void>(model.tabulate(context.options.tabulate.tables));
    require(context.command_line.force,
            Advice{"train a better model, or give --force to tabulate this one all the same"},
            "the model '{}' is not what moves its training data: {}", path, model.verdict);
    report::warn(fmt::format("tabulate: '{}': {}", path, model.verdict));
}

void tabulate(const Context& context) {
    const auto& options = context.options.tabulate;
    const auto& comm = context.comm;
    const std::string path =
        parallel::together(comm, [&] { return context.input(options.model, "model.h5", "tabulate.model"); });
    const std::shared_ptr<const model::Model> model = io::read_model(comm, path);
    parallel::together(comm, [&] { require_good(context, path, *model); });
    parallel::PhaseTimes times;
    const auto tables = [&] {
        const parallel::ScopedPhase phase(times, "tables");
        return parallel::together(comm, [&] { return model->tabulate(options.tables); });
    }();
    const auto& tabulated = *tables;
    warn_of_unseen_pairs("tabulate", *model);
    io::write_tabulated_model(comm, context.output("tabulated.h5"), tabulated, context.provenance);
    if (options.lammps) write_lammps(context, tabulated);

    report::Json summary;
    summary["stage"] = "tabulate";
    summary["model"] = path;
    summary["distances"] = {std::sqrt(tabulated.pair.first), std::sqrt(tabulated.pair.last())};
    summary["pair"] = table_json(tabulated.pair, tabulated.pair_error);
    if (!tabulated.kinetic.empty())
        summary["kinetic"] = table_json(tabulated.kinetic, tabulated.kinetic_error);
    summary["seconds"] = report::phase_table(comm, times);
    summary["provenance"] = report::to_json(context.provenance);
    report::write_summary(comm, context.output("tabulate.json"), summary);
    report::info(
        fmt::format("tabulate: {} knots from {:.4g} to {:.4g} for {} pair(s) of species; dV/dr within {:.1e} "
                    "of the network's "
                    "(relative {:.1e}), V within {:.1e}",
                    tabulated.pair.intervals + 1, std::sqrt(tabulated.pair.first),
                    std::sqrt(tabulated.pair.last()), tabulated.pair.count, tabulated.pair_error.slope,
                    tabulated.pair_error.relative, tabulated.pair_error.value));
}

// The files for LAMMPS run with the rollout's step.
std::vector<std::string> depends_on(const Options& options) {
    if (!options.tabulate.lammps) return {"tabulate"};
    return {"tabulate", "rollout.dt"};
}

std::vector<StageInput> inputs(const Options& options) {
    std::vector<StageInput> files{{"tabulate.model", options.tabulate.model, "model.h5"}};
    if (options.tabulate.lammps) files.push_back({"train.data", options.train.data, "data.h5"});
    return files;
}

std::vector<std::string> files(const Options& options) {
    if (!options.tabulate.lammps) return {"tabulated.h5", "tabulate.json"};
    return {"tabulated.h5", lammps_table, lammps_data, lammps_input, "tabulate.json"};
}

}  // namespace

const Stage tabulate_stage{
    .name = "tabulate",
    .help = "turn a model of distances into spline tables, for fast rollouts and for LAMMPS",
    .in_deck = &Options::tabulates,
    .depends_on = depends_on,
    .inputs = inputs,
    .files = files,
    .check_inputs =
        [](const Context& context) {
            const auto path = path_of(inputs(context.options).front(), context);
            const auto model = io::read_model(context.comm, path);
            parallel::together(context.comm, [&] { require_good(context, path, *model); });
        },
    .run = tabulate,
};

}  // namespace rfhgn::workflow
