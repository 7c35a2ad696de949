#pragma once

#include <vector>

#include "rfhgn/training/trainer.hpp"

namespace rfhgn::training {

/// See Trainer::alternatives.
std::vector<Alternative> pairwise_alternatives(const data::SnapshotSet& sample,
                                               const model::SamplingOptions& sampling);

}  // namespace rfhgn::training
