#include "rfhgn/model/features.hpp"

namespace rfhgn::model {

int species_pair(const PairwiseModel& model, const graph::DistributedGraph& graph, std::size_t edge) {
    const auto& ends = graph.edges[edge];
    return model.species.pair(graph.species[static_cast<std::size_t>(ends.first)],
                              graph.species[static_cast<std::size_t>(ends.second)]);
}

EdgeInputs edge_inputs(const PairwiseModel& model, const graph::DistributedGraph& graph,
                       LocalIndex first_edge, std::span<const double> distance) {
    EdgeInputs inputs;
    inputs.distance.assign(distance.begin(), distance.end());
    const auto columns = graph.edge_attributes.columns();
    inputs.attributes.resize(columns * distance.size());
    for (std::size_t e = 0; e < distance.size(); ++e) {
        const auto row = graph.edge_attributes.row(static_cast<std::size_t>(first_edge) + e);
        for (std::size_t c = 0; c < columns; ++c) inputs.attributes[c * distance.size() + e] = row[c];
    }
    if (model.mass_input_messages) {
        for (std::size_t e = 0; e < distance.size(); ++e) {
            const auto& edge = graph.edges[static_cast<std::size_t>(first_edge) + e];
            inputs.first_mass.push_back(graph.mass[static_cast<std::size_t>(edge.first)]);
            inputs.second_mass.push_back(graph.mass[static_cast<std::size_t>(edge.second)]);
        }
    }
    if (!model.species.single())
        for (std::size_t e = 0; e < distance.size(); ++e)
            inputs.pair.push_back(species_pair(model, graph, static_cast<std::size_t>(first_edge) + e));
    return inputs;
}

NodeInputs node_inputs(const PairwiseModel& model, const graph::DistributedGraph& graph,
                       LocalIndex first_node, std::span<const double> squared_momentum) {
    NodeInputs inputs;
    inputs.squared_momentum.assign(squared_momentum.begin(), squared_momentum.end());
    if (model.mass_input) {
        const auto begin = graph.mass.begin() + first_node;
        inputs.mass.assign(begin, begin + static_cast<std::ptrdiff_t>(squared_momentum.size()));
    }
    return inputs;
}

}  // namespace rfhgn::model
