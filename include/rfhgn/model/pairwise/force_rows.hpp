#pragma once
/// Rows of features for forces: what the least-squares problem is made of, and what uncertainty is measured
/// by.

#include <span>
#include <vector>

#include "rfhgn/model/node_groups.hpp"
#include "rfhgn/model/pairwise/features.hpp"

namespace rfhgn::model {

/// Makes rows ∂Φ/∂q of message features: Σ over a node's edges of ∂Φ/∂r times the unit vector. Keeps scratch
/// memory, so that groups allocate nothing; the model and what the views show must outlive it. Local.
class ForceRows {
  public:
    ForceRows(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
              const PairwiseModel& model)
        : atoms_(atoms), neighbours_(neighbours), model_(model) {}

    /// Fills rows [group.nodes * dimension, message_columns()], component k of the group's n-th node in row n
    /// d + k. `positions` [owned + ghosts, d], ghosts up to date.
    void assemble(const NodeGroup& group, std::span<const double> positions, FeatureMatrix rows);

    /// Adds the features of the group's edges, half of them at each end in the group, to row row_of[n] of
    /// `rows` [.., message_columns()] for the group's n-th node: what energies are made of. To `edges` the
    /// edges nearer than the cutoff are added likewise.
    void add_energies(const NodeGroup& group, std::span<const double> positions,
                      std::span<const LocalIndex> row_of, FeatureMatrix rows, std::span<double> edges);

    /// Adds −∂φ/∂r r_a r_b / r of the group's edges, half of them at each end in the group, to the rows 6
    /// row_of[n] + (xx, yy, zz, xy, xz, yz) of `rows` [.., message_columns()]: what virials are made of. In
    /// fewer dimensions components with a missing axis stay as they are.
    void add_virials(const NodeGroup& group, std::span<const double> positions,
                     std::span<const LocalIndex> row_of, FeatureMatrix rows);

  private:
    void gather_inputs(const NodeGroup& group, std::span<const double> positions);
    void scatter(const NodeGroup& group, FeatureMatrix rows) const;

    potential::Atoms atoms_;
    potential::Neighbours neighbours_;
    const PairwiseModel& model_;
    EdgeInputs inputs_;
    std::vector<double> direction_;  ///< [edges, d], unit vectors
    std::vector<double> slopes_;     ///< [edges, width] column-major; or values
};

}  // namespace rfhgn::model
