#pragma once
/// What training data covered, and where a state leaves it: there a learned model extrapolates.

#include <span>
#include <string>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/pairwise_model.hpp"

namespace rfhgn::model {

/// What both cover.
PairRange unite(const PairRange& a, const PairRange& b);
ParticleRange unite(const ParticleRange& a, const ParticleRange& b);
/// Of species one by one where both are.
TrainingRange unite(const TrainingRange& a, const TrainingRange& b);

/// The same ranges for messages that end at a cutoff: where they vanish nothing is extrapolated, so that
/// distances are covered up to there, and a pair that never came nearer was not seen.
TrainingRange within(const Cutoff& cutoff, TrainingRange training_range);

/// In words, which pairs of the species of boxes the training data never showed nearer than the cutoff: no
/// force is learned for them. Empty when there are none, and where that is not known.
std::string describe_unseen_pairs(const PairwiseModel& model);

/// A value outside its range; of a bond `first` and `second` are the global ids of its ends, of a particle
/// second is −1.
struct Extrapolation {
    int quantity = -1;  ///< 0 distance, 1 squared momentum, 2 mass, 3 + c edge attribute c; −1: none
    GlobalIndex first = -1;
    GlobalIndex second = -1;
    double value = 0;
    double min = 0;
    double max = 0;
    double excess = 0;    ///< distance from the range in units of its length (of |value| where that is zero)
    SpeciesPair species;  ///< whose range it is; of a particle both are the same
};

/// Over all ranks.
struct ExtrapolationReport {
    GlobalIndex bonds = 0;      ///< whose distance or attributes are outside
    GlobalIndex particles = 0;  ///< whose squared momentum or mass is outside
    Extrapolation largest;      ///< by excess

    [[nodiscard]] bool outside() const noexcept { return bonds > 0 || particles > 0; }
};

/// Compares a state with the ranges of its species and their pairs, in what the model's features see: momenta
/// and masses only where the kinetic energy is learned, masses also where messages see them. Arrays [owned +
/// ghosts, d], positions of ghosts up to date. *Collective.*
ExtrapolationReport outside_range(const parallel::Communicator& comm, const PairwiseModel& model,
                                  const graph::DistributedGraph& graph, std::span<const double> positions,
                                  std::span<const double> momenta);

/// "the distance of bond 3-7 is 2.1, outside [0.8, 1.3] of the training data", with the species where the
/// model has ranges for several.
std::string describe(const Extrapolation& extrapolation, const PairwiseModel& model);

}  // namespace rfhgn::model
