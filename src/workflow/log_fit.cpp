#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/linalg/diagnosis.hpp"
#include "rfhgn/report/log.hpp"

#include "stages.hpp"

namespace rfhgn::workflow {

namespace {

std::string if_known(const std::string& form, double value) {
    return std::isfinite(value) ? fmt::format(fmt::runtime(form), value) : std::string();
}

void describe(const std::string& name, const linalg::LeaveOneOut& errors) {
    report::info(fmt::format("{}: each of {} snapshots left out in turn: relative error {:.1e}, rms {:.1e}",
                             name, errors.groups, errors.relative_error, errors.rms));
    for (std::size_t i = 0; i < std::min<std::size_t>(errors.worst.size(), 3); ++i)
        report::info(fmt::format("{}: snapshot {}: rms {:.1e} left out, {:.1e} fitted", name,
                                 errors.worst[i].group, errors.worst[i].left_out, errors.worst[i].fitted));
}

void describe(const std::string& name, const linalg::Pruning& pruning) {
    if (pruning.error > pruning.tolerance)
        return report::warn(
            fmt::format("{}: not pruned: the error of all {} features, {:.1e}, is above the "
                        "tolerance {:.1e}",
                        name, pruning.columns, pruning.error, pruning.tolerance));
    report::info(fmt::format("{}: pruned from {} to {} features; relative error {:.1e} instead of {:.1e}",
                             name, pruning.full_columns, pruning.columns, pruning.error, pruning.full_error));
}

void describe(const std::string& name, const linalg::TargetReport& target, int solves) {
    report::info(fmt::format(
        "{}: {}: {} rows of weight {:.3g}{}{}{}", name, target.name, target.rows, target.weight.value,
        target.weight.automatic ? fmt::format(" (chosen in {} solves of R factors)", solves) : "",
        if_known(", held-out error {:.1e}", target.held_out_error),
        if_known(", noise {:.1e}", target.noise)));
}

void log_fit(const std::string& name, const linalg::LeastSquaresReport& report) {
    if (report.columns == 0) return;
    report::info(fmt::format(
        "{}: {} rows x {} features, rank {}, condition {:.1e}, ridge {:.1e} ({}){}{}", name, report.rows,
        report.columns, report.rank, report.condition, report.ridge, report.ridge_choice,
        if_known(", held-out error {:.1e}", report.held_out_error),
        // Where rows are there no more there is nothing to certify.
        if_known(fmt::format(", {} LSQR iterations, |Bᵀr|/|B||r| {{:.1e}}", report.lsqr_iterations),
                 report.normal_residual)));
    for (const auto& target : report.targets) describe(name, target, report.weight_solves);
    if (report.pruning) describe(name, *report.pruning);
    if (report.leave_one_out) describe(name, *report.leave_one_out);
    if (const auto diagnosis = linalg::diagnose(report); !diagnosis.limited_by.empty())
        report::info(fmt::format("{}: limited by {}: {}", name, diagnosis.limited_by, diagnosis.words));
}

std::string words(const training::TriedSetting& setting) {
    std::string text;
    for (const auto& [name, value] : setting.values)
        text += fmt::format("{}{} {:.3g}", text.empty() ? "" : ", ", name, value);
    return text;
}

void log_choice(const std::string& stage, const training::Choice& choice) {
    const auto& chosen = choice.tried[choice.chosen];
    report::info(fmt::format("{}: {}-fold cross-validation of {} settings: forces {:.3g}{}; {}", stage,
                             choice.folds, choice.tried.size(), chosen.force_rmse,
                             if_known(", energies per atom {:.3g}", chosen.energy_rmse_per_atom),
                             words(chosen)));
}

report::Json to_json(const training::TriedSetting& setting) {
    report::Json json;
    for (const auto& [name, value] : setting.values) json[name] = value;
    json["force_rmse"] = setting.force_rmse;
    json["energy_rmse_per_atom"] = setting.energy_rmse_per_atom;
    json["score"] = setting.score;
    return json;
}

report::Json to_json(const training::Choice& choice) {
    report::Json json{{"folds", choice.folds}, {"chosen", to_json(choice.tried[choice.chosen])}};
    for (const auto& setting : choice.tried) json["tried"].push_back(to_json(setting));
    return json;
}

}  // namespace

void log_fits(const std::string& stage, const training::TrainingResult& result) {
    if (result.choice) log_choice(stage, *result.choice);
    for (const auto& fit : result.fits) log_fit(fmt::format("{}: {}", stage, fit.name), fit.report);
}

void add_fits(const training::TrainingResult& result, report::Json& summary) {
    for (const auto& fit : result.fits) summary[fit.name] = report::to_json(fit.report);
    if (result.choice) summary["cross_validation"] = to_json(*result.choice);
    const auto [name, value] = result.model->energy_constant();
    summary[name] = value;
}

void warn_of_unseen_pairs(const std::string& stage, const model::Model& model) {
    const auto pairs = model.unseen();
    if (!pairs.empty()) report::warn(fmt::format("{}: {}", stage, pairs));
}

}  // namespace rfhgn::workflow
