#pragma once
/// Rows of features for forces: what the least-squares problem is made of, and what uncertainty is measured
/// by.

#include <span>
#include <vector>

#include "rfhgn/model/features.hpp"

namespace rfhgn::model {

/// Owned nodes whose rows are made together, and the edges that touch them in order of global id, so that
/// sums do not depend on how ranks number edges.
struct NodeGroup {
    static constexpr LocalIndex outside = -1;
    struct TouchingEdge {
        LocalIndex edge;
        LocalIndex first;   ///< place of the edge's first node in `nodes`, or `outside`
        LocalIndex second;  ///< the same of the second
    };
    std::vector<LocalIndex> nodes;
    std::vector<TouchingEdge> edges;
};

/// Finds the edges of groups of nodes. Local; what the views show must outlive it; the list is full.
class NodeGrouper {
  public:
    NodeGrouper(const potential::Atoms& atoms, const potential::Neighbours& neighbours);
    [[nodiscard]] NodeGroup group(std::vector<LocalIndex> nodes);

  private:
    potential::Atoms atoms_;
    potential::Neighbours neighbours_;
    std::vector<LocalIndex> offset_;  ///< edges of owned node n: edge_[offset_[n] .. offset_[n + 1])
    std::vector<LocalIndex> edge_;
    std::vector<LocalIndex> place_;  ///< by local node, while a group is made
};

/// Every owned node, in order, in groups of at most so many. Local.
std::vector<NodeGroup> node_groups(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                                   LocalIndex most);

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
