#pragma once
/// Finding a node when no rank knows all of them: ranks list consecutive node ranges, so the range starts
/// (one number a rank) name the rank that lists a node, and that rank knows where the node went.

#include <span>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::graph {

/// Throws InputError on all ranks when an edge of `part` joins a node with itself or leaves the graph.
/// *Collective.*
void check_edges(const parallel::Communicator& comm, const GraphPart& part);

/// Which rank lists a node in its GraphPart.
class Holders {
  public:
    /// *Collective.*
    Holders(const parallel::Communicator& comm, const GraphPart& part);
    [[nodiscard]] int of(GlobalIndex node) const;

  private:
    std::vector<GlobalIndex> starts_;
};

/// Where the ends of this rank's edges went.
class NodeDirectory {
  public:
    /// `owner` as in distribute. *Collective.*
    NodeDirectory(const parallel::Communicator& comm, const GraphPart& part, std::span<const int> owner);
    /// `node` must be listed by this rank or be the end of one of its edges.
    [[nodiscard]] parallel::RemoteNode find(GlobalIndex node) const;

  private:
    parallel::Range held_;
    std::vector<parallel::RemoteNode> held_places_;   // [held_]
    std::vector<GlobalIndex> asked_;                  // ends that other ranks list, ascending
    std::vector<parallel::RemoteNode> asked_places_;  // [asked_]
};

}  // namespace rfhgn::graph
