#pragma once
/// Features of the coordinate network (see coordinate_network.hpp) and their derivatives by coordinates in
/// the frame, for groups of nodes: memory grows with the group, not with the graph.

#include <memory>
#include <span>

#include "rfhgn/model/coordinate_network/coordinate_network.hpp"
#include "rfhgn/model/node_groups.hpp"

namespace rfhgn::model {

/// What nodes and edges show to the layers, one column a point.
struct CoordinateInputs {
    /// [node_inputs()]: coordinates [2 d] and 1/m if masses are seen.
    static void node(const CoordinateNetwork& model, const potential::Atoms& atoms,
                     std::span<const double> coordinates, LocalIndex node, double* out);
    /// [edge_inputs()] of the message from the first end to the second, or back.
    static void edge(const CoordinateNetwork& model, const potential::Neighbours& neighbours,
                     std::span<const double> coordinates, std::size_t edge, bool back, double* out);
};

/// Local; the model, what the views show and coordinates [owned + ghosts, 2 d] must
/// outlive it.
class CoordinateFeatures {
  public:
    CoordinateFeatures(const CoordinateNetwork& model, const potential::Atoms& atoms,
                       const potential::Neighbours& neighbours, std::span<const double> coordinates);
    ~CoordinateFeatures();
    CoordinateFeatures(CoordinateFeatures&&) noexcept;

    /// rows [group.nodes * 2 d, columns()]: row n 2 d + c holds ∂Φ/∂(coordinate c of the group's n-th node).
    void derivatives(const NodeGroup& group, FeatureMatrix rows) const;
    /// slope [group.nodes, 2 d], the same of Ĥ: backwards through the network.
    void slopes(const NodeGroup& group, std::span<double> slope) const;
    /// Ĥ of the group's nodes, half a message at each of its ends, and their part of θ_0.
    [[nodiscard]] double energy(const NodeGroup& group) const;

  private:
    struct Network;
    struct Hidden;
    [[nodiscard]] Hidden hidden(const NodeGroup& group) const;
    template <class Use>
    void each_message(const NodeGroup& group, const Hidden& hidden, Use&& use) const;

    const CoordinateNetwork& model_;
    potential::Atoms atoms_;
    potential::Neighbours neighbours_;
    std::span<const double> coordinates_;
    std::unique_ptr<const Network> network_;
};

}  // namespace rfhgn::model
