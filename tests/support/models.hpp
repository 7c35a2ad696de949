#pragma once

#include <vector>

#include "rfhgn/model/pairwise/pairwise_sampling.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/training/pairwise/reference_sample.hpp"

namespace rfhgn::tests {

/// A system on all ranks with a state, as most tests need it.
struct Placed {
    systems::System system;
    graph::DistributedGraph graph;
    std::vector<double> positions;
    std::vector<double> momenta;

    static Placed make(const parallel::Communicator& comm, const systems::SystemOptions& options,
                       bool partitioned = true) {
        systems::System system(options);
        const auto part = system.graph_part(comm);
        auto graph = graph::distribute(
            comm, part, partitioned ? graph::partition(comm, part) : graph::keep_owners(comm, part));
        const auto size = graph.state_size();
        Placed placed{std::move(system), std::move(graph), std::vector<double>(size),
                      std::vector<double>(size)};
        placed.system.initial_state(comm, placed.graph, {}, 0, placed.positions, placed.momenta);
        return placed;
    }
};

/// A model with sampled layers and made-up coefficients: enough for everything but accuracy.
inline model::PairwiseModel made_up_model(const parallel::Communicator& comm, const Placed& placed,
                                          const model::SamplingOptions& options) {
    const std::vector<char> use(static_cast<std::size_t>(placed.graph.owned), 1);
    const auto sample = training::reference_sample(comm, placed.graph, placed.positions, placed.momenta, use);
    auto model =
        model::sample_model(sample, options, placed.graph.dimension, placed.graph.edge_attributes.names);
    for (int m = 0; m < model.node.width; ++m) model.kinetic_coefficients.push_back(1.0 / (1 + m));
    for (int m = 0; m < model.message_columns(); ++m)
        model.message_coefficients.push_back(m % 2 ? 0.5 : -0.3);
    model.energy_per_edge = 0.125;
    return model;
}

}  // namespace rfhgn::tests
