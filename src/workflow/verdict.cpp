#include "verdict.hpp"

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
    if (!verdict.residual.empty()) json["imbalance"] = verdict.imbalance;
    for (const auto& [by, share] : verdict.residual) json["residual_explained"][by] = share;
    for (const auto& [keys, error] : verdict.tried)
        json["tried"].push_back({{"keys", keys}, {"relative_force_error", error}});
    return json;
}

// On the root, which reads a sample of the data by itself.
report::Json judge_on_root(const Context& context, const std::string& path,
                           const model::SamplingOptions& sampling, const training::TrainingResult& result) {
    const bool given = context.options.train.training.rates == data::given_rates;
    std::unique_ptr<io::DataSetReader> reader;
    if (given && training::needs_a_look(result.training, result.held_out)) {
        reader = std::make_unique<io::DataSetReader>(parallel::Communicator::self(), path);
        reader->number_species_as(result.model->species_names);
    }
    return to_json(training::judge(reader.get(), *result.model, sampling, result.training, result.held_out));
}

std::string words_of(const report::Json& verdict) {
    const auto error = verdict["relative_force_error"].get<double>();
    return fmt::format("{} forces are off by {}: {}", verdict["unseen"].get<bool>() ? "unseen" : "trained",
                       error > 1e-3 ? fmt::format("{:.2g} %", 100 * error) : fmt::format("{:.1e}", error),
                       verdict["words"].get<std::string>());
}

}  // namespace

report::Json judge_training(const Context& context, const std::string& path,
                            const model::SamplingOptions& sampling, training::TrainingResult& result) {
    const auto& comm = context.comm;
    const auto text = parallel::together_at_length(comm, [&] {
        return comm.is_root() ? judge_on_root(context, path, sampling, result).dump() : std::string();
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
