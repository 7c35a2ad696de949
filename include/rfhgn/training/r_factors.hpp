#pragma once
/// What is left of training data once they are gone, so that training can go on.

#include <string>
#include <vector>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/model/pairwise_model.hpp"

namespace rfhgn::training {

/// Sums over training snapshots of known energy: they fix the constant of the energy for any coefficients.
struct EnergySums {
    std::vector<double> kinetic;  ///< features of nodes [node width]; |p|²/2m [1] where T is known
    std::vector<double> message;  ///< features of edges [message_columns()]
    double exact = 0;             ///< known energies
    double edges = 0;
};

/// R factors of the least-squares problems of fixed hidden layers, and the sums beside them.
struct RFactors {
    linalg::RFactorPair kinetic;  ///< no columns where the kinetic energy is known
    linalg::RFactorPair message;
    EnergySums energies;
    GlobalIndex snapshots = 0;
    GlobalIndex held_out_snapshots = 0;
};

/// Of both data sets. Local; the order of the arguments decides the last bits.
RFactors merge(const RFactors& a, const RFactors& b);

/// *Collective.*
EnergySums energy_sums(const data::TrainingData& data, const model::PairwiseModel& model);
EnergySums operator+(const EnergySums& a, const EnergySums& b);
/// (Σ known energies − Σ energies of the model without its constant) / edges; 0 where no energy is known.
double energy_per_edge(const EnergySums& sums, const model::PairwiseModel& model);

/// In what the hidden layers (bit for bit) or their inputs differ, of two models of the same kind of data
/// (see model::require_match); empty when R factors of both may be merged. Local.
std::string layer_difference(const model::PairwiseModel& a, const model::PairwiseModel& b);

}  // namespace rfhgn::training
