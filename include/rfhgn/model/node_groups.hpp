#pragma once
/// Nodes whose features are made together, with the edges that touch them.

#include <vector>

#include "rfhgn/potential/atoms.hpp"

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

}  // namespace rfhgn::model
