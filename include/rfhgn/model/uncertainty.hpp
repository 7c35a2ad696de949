#pragma once
/// How far a learned model can be trusted at a state: predictive standard deviations of forces and
/// velocities.

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "rfhgn/model/force_rows.hpp"

namespace rfhgn::model {

/// Throws InputError with advice when the model does not know the posterior of its forces and velocities.
/// Local.
void require_uncertainty(const PairwiseModel& model);

/// Standard deviations that the posterior of the coefficients gives to predictions: the model's part, without
/// the noise of a single observation (add Posterior::noise in squares for that). It grows where training data
/// were sparse and, without bound, outside their training range; it does not know of errors that all
/// coefficients share (features that cannot represent the truth, rates that are wrong throughout). One set of
/// rows and one triangular solve a node: meant for frames, not for every step. Local; model and graph must
/// outlive it.
class Uncertainty {
  public:
    /// Throws as require_uncertainty.
    Uncertainty(const PairwiseModel& model, const potential::Atoms& atoms,
                const potential::Neighbours& neighbours);

    /// deviation [owned, d] of −∂Ĥ/∂q; positions [owned + ghosts, d], ghosts up to date. Calls `between`
    /// after every group of nodes, and passes on what that throws.
    void forces(std::span<const double> positions, std::span<double> deviation,
                const std::function<void()>& between = {});
    /// deviation [owned, d] of ∂Ĥ/∂p; momenta [owned, d] or longer. Zero when the kinetic energy is known.
    void velocities(std::span<const double> momenta, std::span<double> deviation);

  private:
    const PairwiseModel& model_;
    potential::Atoms atoms_;
    ForceRows rows_;
    std::vector<NodeGroup> groups_;
    std::vector<double> matrix_;  ///< rows of one group, column-major
};

}  // namespace rfhgn::model
