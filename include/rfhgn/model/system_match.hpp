#pragma once

#include "rfhgn/model/frame_model.hpp"
#include "rfhgn/model/pairwise_model.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::model {

/// Throws InputError unless a model may move a system: the same dimension, units, edge attributes and cutoff,
/// and species that it knows. Local, the same on every rank.
void require_match(const PairwiseModel& model, const systems::System& system);

/// The same for a coordinate network, which moves systems with given graphs only.
void require_match(const FrameModel& model, const systems::System& system);

}  // namespace rfhgn::model
