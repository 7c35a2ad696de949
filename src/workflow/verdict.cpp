#include "verdict.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/verdict.hpp"

namespace rfhgn::workflow {

namespace {

report::Json to_json(const training::Verdict& verdict) {
    report::Json json{{"bad", verdict.bad},       {"relative_force_error", verdict.relative_force_error},
                      {"unseen", verdict.unseen}, {"cause", verdict.cause},
                      {"words", verdict.words},   {"advice", verdict.advice}};
    json["energy_ratio"] = verdict.energy_ratio;
    if (!verdict.residual.empty()) json["imbalance"] = verdict.imbalance;
    for (const auto& [by, share] : verdict.residual) json["residual_explained"][by] = share;
    for (const auto& [keys, error] : verdict.tried)
        json["tried"].push_back({{"keys", keys}, {"relative_force_error", error}});
    return json;
}

// A sample of the data, read by this process alone; null where errors say enough, energies were compared with
// forces before, or there are no forces.
std::unique_ptr<io::DataSetReader> data_to_look_at(const Context& context, const std::string& path,
                                                   bool energies_judged,
                                                   const training::TrainingResult& result) {
    const bool given = context.options.train.training.rates == data::given_rates;
    const bool energies = !energies_judged && result.training.energies > 1;
    if (!given || !(energies || training::needs_a_look(result.training, result.held_out))) return nullptr;
    auto reader = std::make_unique<io::DataSetReader>(parallel::Communicator::self(), path);
    reader->number_species_as(result.model->species_names);
    return reader;
}

// What was trained is not lost where the data have gone meanwhile.
report::Json judge_on_root(const Context& context, const std::string& path, bool energies_judged,
                           const model::SamplingOptions& sampling, const training::TrainingResult& result) {
    try {
        const auto reader = data_to_look_at(context, path, energies_judged, result);
        return to_json(
            training::judge(reader.get(), *result.model, sampling, result.training, result.held_out));
    } catch (const InputError& error) {
        report::warn(fmt::format("train: the data cannot be looked at again: {}", error.what()));
        return to_json(training::judge(nullptr, *result.model, sampling, result.training, result.held_out));
    }
}

std::string words_of(const report::Json& verdict) {
    const auto error = verdict["relative_force_error"].get<double>();
    return fmt::format("{} forces are off by {}: {}", verdict["unseen"].get<bool>() ? "unseen" : "trained",
                       error > 1e-3 ? fmt::format("{:.2g} %", 100 * error) : fmt::format("{:.1e}", error),
                       verdict["words"].get<std::string>());
}

}  // namespace

report::Json judge_training(const Context& context, const std::string& path, const report::Json& checks,
                            const model::SamplingOptions& sampling, training::TrainingResult& result) {
    const auto& comm = context.comm;
    const auto text = parallel::together_at_length(comm, [&] {
        const bool energies_judged = checks["work"]["possible"].get<bool>();
        return comm.is_root() ? judge_on_root(context, path, energies_judged, sampling, result).dump()
                              : std::string();
    });
    auto verdict = report::Json::parse(parallel::broadcast(comm, text));
    const bool bad = verdict["bad"].get<bool>();
    if (bad || !result.model->verdict.empty()) {
        auto model = result.model->clone();
        model->verdict = bad ? words_of(verdict) : "";
        result.model = std::move(model);
    }
    const auto advice = verdict["advice"].get<std::string>();
    if (!advice.empty())
        report::warn(fmt::format("train: {}; {}", words_of(verdict), advice));
    else if (!verdict["words"].get<std::string>().empty())
        report::info(fmt::format("train: {}", words_of(verdict)));
    return verdict;
}

}  // namespace rfhgn::workflow
