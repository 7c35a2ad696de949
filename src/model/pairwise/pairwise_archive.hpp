#pragma once

#include "rfhgn/model/archive.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"

namespace rfhgn::model {

/// What PairwiseModel::write wrote, and what all kinds have.
PairwiseModel read_pairwise(const ArchiveReader& archive);

}  // namespace rfhgn::model
