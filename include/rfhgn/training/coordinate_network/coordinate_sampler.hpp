#pragma once
/// A bounded sample of data that are spread over ranks: what the layers of coordinate networks are sampled
/// from.

#include <memory>
#include <span>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/coordinate_network/coordinate_sampling.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// Collects a sample from parts of a data set, in any order; as ReferenceSampler.
class CoordinateSampler {
  public:
    CoordinateSampler(int dimension, GlobalIndex total_nodes, GlobalIndex total_edges,
                      std::size_t edge_attributes, GlobalIndex most = 4096);
    ~CoordinateSampler();

    /// Looks at the nodes that are marked in `use` [owned]; coordinates [owned + ghosts, 2 d]. Local.
    void add(const graph::DistributedGraph& graph, std::span<const double> coordinates,
             std::span<const char> use);
    /// The sample of all parts; call once. *Collective.* Throws InputError when nothing was marked.
    model::CoordinateSample share(const parallel::Communicator& comm);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rfhgn::training
