#pragma once
/// What a model meets in a data set: see model/match.hpp.

#include <string>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/model/match.hpp"

namespace rfhgn::training {

/// Without what the arrays of the data set hold. Local.
model::Facts facts_of(const data::SnapshotTotals& totals, const std::string& name);
/// In data that are open: species and masses of all snapshots, and the pairs of species that are on edges.
/// *Collective.*
model::Facts match_facts(const data::TrainingData& data, const std::string& name);

}  // namespace rfhgn::training
