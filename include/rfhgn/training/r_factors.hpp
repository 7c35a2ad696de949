#pragma once
/// What is left of training data once they are gone, so that training can go on.

#include <map>
#include <vector>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/target_rows.hpp"
#include "rfhgn/training/target.hpp"

namespace rfhgn::training {

/// Sums over training snapshots of known energy: they fix the constant of the energy for any coefficients.
struct EnergySums {
    std::vector<double> kinetic;  ///< features of the kinetic energy; |p|²/2m [1] where T is known
    std::vector<double> message;  ///< features of the potential energy
    double exact = 0;             ///< known energies
    double edges = 0;
};

/// R factors of the least-squares problems of fixed hidden layers, and the sums beside them.
struct RFactors {
    /// Without weights. No velocity where the kinetic energy is known; energy and virial where such rows were
    /// made.
    std::map<Target, linalg::RFactorPair> by_target;
    std::map<Target, linalg::Weight> weights;  ///< that the last solve gave targets beside forces
    EnergySums energies;
    GlobalIndex snapshots = 0;
    GlobalIndex held_out_snapshots = 0;
    std::vector<std::int64_t> data{};  ///< checksums of the data sets that went in; none: not known
};

/// Whether the same data went into both, as far as that is known. Local.
bool share_data(const RFactors& a, const RFactors& b);

/// Of both data sets; a target that one of them lacks is the other's, and a weight that differs is chosen
/// anew. Local; the order of the arguments decides the last bits.
RFactors merge(const RFactors& a, const RFactors& b);

EnergySums operator+(const EnergySums& a, const EnergySums& b);

}  // namespace rfhgn::training
