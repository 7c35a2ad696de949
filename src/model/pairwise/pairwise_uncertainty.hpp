#pragma once

#include <vector>

#include "rfhgn/model/pairwise/force_rows.hpp"
#include "rfhgn/model/uncertainty.hpp"

namespace rfhgn::model {

class PairwiseUncertainty final : public Uncertainty {
  public:
    /// Throws InputError with advice when the model does not know the posterior of its forces and velocities.
    PairwiseUncertainty(const PairwiseModel& model, const potential::Atoms& atoms,
                        const potential::Neighbours& neighbours);

    using Uncertainty::forces;
    void forces(std::span<const double> positions, std::span<double> deviation,
                const std::function<void()>& between) override;
    void velocities(std::span<const double> momenta, std::span<double> deviation) override;

  private:
    const PairwiseModel& model_;
    potential::Atoms atoms_;
    ForceRows rows_;
    std::vector<NodeGroup> groups_;
    std::vector<double> matrix_;  ///< rows of one group, column-major
};

}  // namespace rfhgn::model
