#include "rfhgn/model/pairwise/features.hpp"

namespace rfhgn::model {

int species_pair(const PairwiseModel& model, const potential::Atoms& atoms,
                 const potential::Neighbours& neighbours, std::size_t edge) {
    const auto& ends = neighbours.edges[edge];
    return model.species.pair(atoms.species[static_cast<std::size_t>(ends.first)],
                              atoms.species[static_cast<std::size_t>(ends.second)]);
}

EdgeInputs edge_inputs(const PairwiseModel& model, const potential::Atoms& atoms,
                       const potential::Neighbours& neighbours, LocalIndex first_edge,
                       std::span<const double> distance) {
    EdgeInputs inputs;
    inputs.distance.assign(distance.begin(), distance.end());
    const auto columns = neighbours.columns();
    inputs.attributes.resize(columns * distance.size());
    for (std::size_t e = 0; e < distance.size(); ++e) {
        const auto row = neighbours.row(static_cast<std::size_t>(first_edge) + e);
        for (std::size_t c = 0; c < columns; ++c) inputs.attributes[c * distance.size() + e] = row[c];
    }
    if (model.mass_input_messages) {
        for (std::size_t e = 0; e < distance.size(); ++e) {
            const auto& edge = neighbours.edges[static_cast<std::size_t>(first_edge) + e];
            inputs.first_mass.push_back(atoms.mass[static_cast<std::size_t>(edge.first)]);
            inputs.second_mass.push_back(atoms.mass[static_cast<std::size_t>(edge.second)]);
        }
    }
    if (!model.species.single())
        for (std::size_t e = 0; e < distance.size(); ++e)
            inputs.pair.push_back(
                species_pair(model, atoms, neighbours, static_cast<std::size_t>(first_edge) + e));
    return inputs;
}

NodeInputs node_inputs(const PairwiseModel& model, const potential::Atoms& atoms, LocalIndex first_node,
                       std::span<const double> squared_momentum) {
    NodeInputs inputs;
    inputs.squared_momentum.assign(squared_momentum.begin(), squared_momentum.end());
    if (model.mass_input) {
        const auto begin = atoms.mass.begin() + first_node;
        inputs.mass.assign(begin, begin + static_cast<std::ptrdiff_t>(squared_momentum.size()));
    }
    return inputs;
}

}  // namespace rfhgn::model
