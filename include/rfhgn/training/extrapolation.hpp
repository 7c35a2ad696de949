#pragma once

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// Where a state leaves a model's training range, over all ranks; see model::Model::extrapolation. Arrays
/// [owned + ghosts, d], positions of ghosts up to date. *Collective.*
model::ExtrapolationReport outside_range(const parallel::Communicator& comm, const model::Model& model,
                                         const graph::DistributedGraph& graph,
                                         std::span<const double> positions, std::span<const double> momenta);

}  // namespace rfhgn::training
