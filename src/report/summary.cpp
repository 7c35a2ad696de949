#include "rfhgn/report/summary.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <span>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/linalg/diagnosis.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::report {

namespace {

/// All ranks throw unless each has the root's phases; the reductions that follow pair them by position.
void require_same_phases(const parallel::Communicator& comm, const parallel::PhaseTimes& times) {
    std::string mine;
    for (const auto& [phase, seconds] : times.phases()) mine += phase + "\n";
    const auto roots = parallel::broadcast(comm, mine);
    parallel::together(comm, [&] { RFHGN_ASSERT(mine == roots); });
}

Json to_json(const linalg::Pruning& pruning) {
    return {{"tolerance", pruning.tolerance},
            {"columns_before", pruning.full_columns},
            {"columns", pruning.columns},
            {"error_before", pruning.full_error},
            {"error", pruning.error}};
}

Json to_json(const linalg::LeaveOneOut& errors) {
    Json json{{"snapshots", errors.groups},
              {"relative_error", errors.relative_error},
              {"rms", errors.rms},
              {"indispensable", errors.indispensable}};
    auto& worst = json["worst"] = Json::array();
    for (const auto& error : errors.worst)
        worst.push_back({{"snapshot", error.group},
                         {"rows", error.rows},
                         {"rms_left_out", error.left_out},
                         {"rms_fitted", error.fitted}});
    return json;
}

}  // namespace

Json over_ranks(const parallel::Communicator& comm, double value) {
    const auto spread = parallel::spread(comm, value);
    return {{"min", spread.min}, {"mean", spread.mean}, {"max", spread.max}};
}

double peak_memory_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(std::strlen("VmHWM:"))) / 1024.0;
    return std::numeric_limits<double>::quiet_NaN();
}

Json compact(const Json& summary) {
    Json result = Json::object();
    for (const auto& [key, value] : summary.items()) {
        if (value.is_array() || key == "seconds" || key == "provenance" || key == "stage" ||
            key == "data_checks")
            continue;
        result[key] = value.is_object() ? compact(value) : value;
    }
    return result;
}

Json phase_table(const parallel::Communicator& comm, const parallel::PhaseTimes& times) {
    require_same_phases(comm, times);
    std::vector<double> least;
    for (const auto& [phase, seconds] : times.phases()) least.push_back(seconds);
    auto total = least;
    auto most = least;
    parallel::min(comm, std::span<double>(least));
    parallel::sum(comm, std::span<double>(total));
    parallel::max(comm, std::span<double>(most));

    Json table = Json::object();
    for (std::size_t i = 0; i < least.size(); ++i) {
        auto& row = table[times.phases()[i].first];
        row["min"] = least[i];
        row["mean"] = total[i] / comm.size();
        row["max"] = most[i];
    }
    return table;
}

std::string phase_text(const Json& phases) {
    std::size_t width = std::strlen("seconds");
    double total = 0;
    for (const auto& [phase, row] : phases.items()) {
        width = std::max(width, phase.size());
        total += row["mean"].get<double>();
    }
    auto text =
        fmt::format("{:<{}}  {:>10}  {:>10}  {:>10}  {:>6}", "seconds", width, "min", "mean", "max", "share");
    for (const auto& [phase, row] : phases.items()) {
        const auto mean = row["mean"].get<double>();
        text += fmt::format("\n{:<{}}  {:>10.4f}  {:>10.4f}  {:>10.4f}  {:>5.1f}%", phase, width,
                            row["min"].get<double>(), mean, row["max"].get<double>(),
                            total > 0 ? 100 * mean / total : 0.0);
    }
    return text;
}

Json to_json(const linalg::TargetReport& target) {
    return {{"target", target.name},
            {"weight", target.weight.value},
            {"weight_chosen", target.weight.automatic},
            {"rows", target.rows},
            {"held_out_rows", target.held_out_rows},
            {"training_error", target.training_error},
            {"held_out_error", target.held_out_error},
            {"noise", target.noise}};
}

Json to_json(const linalg::LeastSquaresReport& report) {
    Json json;
    json["columns"] = report.columns;
    json["rows"] = report.rows;
    json["held_out_rows"] = report.held_out_rows;
    json["ridge"] = report.ridge;
    json["ridge_choice"] = report.ridge_choice;
    json["rank"] = report.rank;
    json["condition"] = report.condition;
    json["training_error"] = report.training_error;
    json["held_out_error"] = report.held_out_error;
    json["normal_residual"] = report.normal_residual;
    json["lsqr_iterations"] = report.lsqr_iterations;
    json["lsqr_reason"] = report.lsqr_reason;
    json["refined"] = report.refined;
    json["largest_coefficient"] = report.largest_coefficient;
    json["degrees_of_freedom"] = report.degrees_of_freedom;
    json["noise"] = report.noise;
    json["ridge_noise"] = report.ridge_noise;
    json["ridge_bias"] = report.ridge_bias;
    if (const auto diagnosis = linalg::diagnose(report); !diagnosis.limited_by.empty()) {
        json["limited_by"] = diagnosis.limited_by;
        json["diagnosis"] = diagnosis.words;
    }
    for (const auto& target : report.targets) json["targets"].push_back(to_json(target));
    if (!report.targets.empty()) json["weight_solves"] = report.weight_solves;
    if (report.pruning) json["pruning"] = to_json(*report.pruning);
    if (report.leave_one_out) json["leave_one_out"] = to_json(*report.leave_one_out);
    auto& path = json["ridge_path"] = Json::array();
    for (const auto& point : report.ridge_path)
        path.push_back({{"ridge", point.ridge},
                        {"training_error", point.training_error},
                        {"held_out_error", point.held_out_error},
                        {"exchanged_error", point.exchanged_error},
                        {"log_evidence", point.log_evidence},
                        {"cross_validation", point.cross_validation},
                        {"coefficient_norm", point.coefficient_norm}});
    auto& curve = json["width_curve"] = Json::array();
    for (const auto& point : report.width_curve)
        curve.push_back({{"columns", point.columns},
                         {"training_error", point.training_error},
                         {"held_out_error", point.held_out_error}});
    return json;
}

Json to_json(const io::Provenance& provenance) {
    return {{"command", provenance.command},
            {"commit", provenance.commit},
            {"versions", provenance.versions},
            {"ranks", provenance.ranks},
            {"deck", provenance.deck}};
}

void write_text(const parallel::Communicator& comm, const std::string& path, const std::string& text) {
    parallel::together(comm, [&] {
        if (comm.is_root()) io::write_whole_file(path, text);
    });
}

void write_summary(const parallel::Communicator& comm, const std::string& path, const Json& summary) {
    // nlohmann writes numbers that are not finite as null; bytes that are not UTF-8 (a path, say) must not
    // end a run.
    write_text(comm, path, summary.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace rfhgn::report
