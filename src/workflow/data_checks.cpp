#include "data_checks.hpp"

#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/data_checks.hpp"
#include "rfhgn/training/trainer.hpp"

namespace rfhgn::workflow {

namespace {

// Whatever is wrong with the other data is told where they are used.
std::vector<training::DataFinding> shared_with_evaluation(const Context& context,
                                                          const io::DataSetReader& reader) {
    const auto& options = context.options;
    const auto& path = options.evaluate.data;
    const bool there = parallel::together(context.comm, [&] {
        return options.evaluates && !path.empty() && path != reader.totals().path &&
               std::filesystem::exists(path);
    });
    if (!there) return {};
    try {
        io::DataSetReader judging(context.comm, path);
        judging.number_species_as(reader.totals().species_names);
        return training::find_shared(context.comm, reader, judging);
    } catch (const InputError&) {
        return {};
    }
}

report::Json to_json(const training::DataReport& report) {
    report::Json json;
    for (const auto& check : report.checks)
        json[check.name] = {{"possible", check.possible}, {"value", check.value}, {"words", check.words}};
    json["findings"] = report::Json::array();
    for (const auto& finding : report.findings)
        json["findings"].push_back({{"check", finding.check},
                                    {"factor", finding.factor},
                                    {"words", finding.text},
                                    {"advice", finding.advice}});
    return json;
}

}  // namespace

report::Json check_training_data(const Context& context, const std::string& stage,
                                 const io::DataSetReader& reader, double cutoff) {
    const auto& model = context.options.model;
    const training::DataUse use{
        .cutoff = cutoff,
        .conserves_momentum = training::trainer_of(model.encoding).conserves_momentum(model)};
    auto report = training::check_data(context.comm, reader, use);
    for (auto& finding : shared_with_evaluation(context, reader)) report.findings.push_back(finding);
    report::info(fmt::format("{}: data: {}", stage, report.line()));
    for (const auto& finding : report.findings)
        report::warn(
            fmt::format("{}: '{}': {}; {}", stage, reader.totals().path, finding.text, finding.advice));
    return to_json(report);
}

}  // namespace rfhgn::workflow
