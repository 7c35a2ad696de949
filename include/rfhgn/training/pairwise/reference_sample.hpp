#pragma once
/// A bounded sample of data that are spread over ranks: what the layers of pairwise models are sampled from.

#include <memory>
#include <span>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/pairwise/pairwise_sampling.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// Collects a reference sample from parts of a data set, in any order: at most `most` nodes and edges at even
/// strides of their global index. All parts of all ranks together are the data set, each node in one of them.
/// The training range has ranges of each species and pair of species where those are told apart.
class ReferenceSampler {
  public:
    ReferenceSampler(GlobalIndex total_nodes, GlobalIndex total_edges, std::size_t edge_attributes,
                     bool by_species, GlobalIndex most = 4096);
    ~ReferenceSampler();
    ReferenceSampler(const ReferenceSampler&) = delete;
    ReferenceSampler& operator=(const ReferenceSampler&) = delete;

    /// Looks at the nodes that are marked in `use` [owned]. Local.
    void add(const graph::DistributedGraph& graph, std::span<const double> positions,
             std::span<const double> momenta, std::span<const char> use);
    /// The sample of all parts; call once. *Collective.* Throws InputError when nothing was marked.
    model::ReferenceSample share(const parallel::Communicator& comm);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Of data in memory. Picks at most `most` nodes and edges at even strides of their global index, among those
/// whose node is marked in `use` [owned] (training snapshots). *Collective.* Throws InputError when nothing
/// is marked.
model::ReferenceSample reference_sample(const parallel::Communicator& comm,
                                        const graph::DistributedGraph& graph,
                                        std::span<const double> positions, std::span<const double> momenta,
                                        std::span<const char> use, GlobalIndex most = 4096);

}  // namespace rfhgn::training
