#pragma once
/// Random features of nodes and edges and their derivatives, for whole batches. Matrices are column-major
/// [points, features] with the given distance between columns.

#include <span>
#include <vector>

#include "rfhgn/model/pairwise/pairwise_model.hpp"

namespace rfhgn::model {

/// What the network sees of a batch of edges; attributes are [columns][edges], one array a column.
struct EdgeInputs {
    std::vector<double> distance;     ///< [edges]
    std::vector<double> attributes;   ///< [columns, edges]
    std::vector<double> first_mass;   ///< [edges]; needed only when messages see masses
    std::vector<double> second_mass;  ///< [edges]
    std::vector<int> pair;            ///< [edges], of species; needed only where there are several
    [[nodiscard]] std::size_t size() const noexcept { return distance.size(); }
};

/// What the network sees of a batch of nodes.
struct NodeInputs {
    std::vector<double> squared_momentum;  ///< [nodes]
    std::vector<double> mass;              ///< [nodes]; needed only when the kinetic features see masses
    [[nodiscard]] std::size_t size() const noexcept { return squared_momentum.size(); }
};

/// slope(e, m) = ∂Φ_m/∂r of edge e [edges, message.width]; both directions summed where messages see masses;
/// exactly 0 beyond the cutoff. Features are the same for all pairs of species, their coefficients are not.
void message_slopes(const PairwiseModel& model, const EdgeInputs& edges, FeatureMatrix slope);
/// value(e, m) = Φ_m of edge e; exactly 0 beyond the cutoff.
/// Forces leave a function of all but the distance open, unless a smooth cutoff fixes it. With a sharp
/// cutoff, Φ counts from its value there; otherwise, where messages see attributes or masses, from its value
/// at the mean distance of the data: springs of any stiffness have little energy there.
void message_values(const PairwiseModel& model, const EdgeInputs& edges, FeatureMatrix value);
/// slope(i, m) = ∂Φ_m/∂|p|² of node i.
void kinetic_slopes(const PairwiseModel& model, const NodeInputs& nodes, FeatureMatrix slope);
/// value(i, m) = Φ_m of node i minus its value at p = 0, so that a particle at rest has no kinetic energy.
void kinetic_values(const PairwiseModel& model, const NodeInputs& nodes, FeatureMatrix value);

/// Which pair of species an edge joins.
int species_pair(const PairwiseModel& model, const potential::Atoms& atoms,
                 const potential::Neighbours& neighbours, std::size_t edge);
/// Node and edge inputs of parts of a graph.
EdgeInputs edge_inputs(const PairwiseModel& model, const potential::Atoms& atoms,
                       const potential::Neighbours& neighbours, LocalIndex first_edge,
                       std::span<const double> distance);
NodeInputs node_inputs(const PairwiseModel& model, const potential::Atoms& atoms, LocalIndex first_node,
                       std::span<const double> squared_momentum);

}  // namespace rfhgn::model
