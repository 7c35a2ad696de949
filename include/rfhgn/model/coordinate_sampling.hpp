#pragma once
/// Sampling the hidden layers of the coordinate network; see sampling.hpp.

#include <memory>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/body_frame.hpp"
#include "rfhgn/model/sampling.hpp"

namespace rfhgn::model {

/// A bounded sample of the data, the same on every rank; coordinates are those of the frames.
struct CoordinateSample {
    std::vector<double> nodes;  ///< [nodes][2 d + 1]: coordinates, mass
    std::vector<double> edges;  ///< [edges][2 (2 d + 1) + attributes]: both ends, then the attributes
    double mass_min = 1;
    double mass_max = 1;
};

/// Collects it from parts of a data set, in any order; as ReferenceSampler.
class CoordinateSampler {
  public:
    CoordinateSampler(int dimension, GlobalIndex total_nodes, GlobalIndex total_edges,
                      std::size_t edge_attributes, GlobalIndex most = 4096);
    ~CoordinateSampler();

    /// Looks at the nodes that are marked in `use` [owned]; coordinates [owned + ghosts, 2 d]. Local.
    void add(const graph::DistributedGraph& graph, std::span<const double> coordinates,
             std::span<const char> use);
    /// The sample of all parts; call once. *Collective.* Throws InputError when nothing was marked.
    CoordinateSample share(const parallel::Communicator& comm);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A model with sampled layers and no coefficients yet. Local, deterministic.
CoordinateNetwork sample_coordinate_network(const CoordinateSample& sample, const SamplingOptions& options,
                                            int dimension,
                                            const std::vector<std::string>& edge_attribute_names);

}  // namespace rfhgn::model
