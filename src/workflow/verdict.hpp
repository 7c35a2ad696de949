#pragma once

#include "rfhgn/report/summary.hpp"
#include "rfhgn/training/trainer.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// Judges what was trained on the data set `path`, by `sampling`: warns where the model is not what moves the
/// data, and writes that into it. `checks` is what check_training_data said. For the summary. *Collective.*
report::Json judge_training(const Context& context, const std::string& path, const report::Json& checks,
                            const model::SamplingOptions& sampling, training::TrainingResult& result);

}  // namespace rfhgn::workflow
