#pragma once
/// What a training keeps while it goes through its rows, so that --restart need not go through them again.

#include <functional>
#include <memory>
#include <string>

#include "rfhgn/linalg/factor_checkpoint.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// For training::TrainingOptions; `data` is the data set. Every block of rows is an interruption point. The
/// context must outlive it.
std::function<std::shared_ptr<linalg::FactorCheckpoint>(const std::string&)> factor_checkpoint(
    const Context& context, const std::string& data);

/// When the training is complete. *Collective.*
void remove_factor_checkpoints(const Context& context);

}  // namespace rfhgn::workflow
