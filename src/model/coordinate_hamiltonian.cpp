#include <algorithm>

#include "rfhgn/model/body_frame.hpp"
#include "rfhgn/model/coordinate_features.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::model {

namespace {

constexpr LocalIndex nodes_per_group = 512;

class FrameHamiltonian final : public systems::GeneralHamiltonian {
  public:
    FrameHamiltonian(const parallel::Communicator& comm, const CoordinateNetwork& model)
        : comm_(comm), model_(model) {}

    void gradient(const graph::DistributedGraph& graph, std::span<const double> positions,
                  std::span<const double> momenta, std::span<double> by_position,
                  std::span<double> by_momentum) const override {
        frame_gradient(comm_, model_, graph, {}, positions, momenta, by_position, by_momentum);
    }

    [[nodiscard]] double energy(const graph::DistributedGraph& graph, std::span<const double> positions,
                                std::span<const double> momenta) const override {
        const Systems one;
        const auto frames = body_frames_of(model_, comm_, graph, one, positions);
        const auto coordinates = body_frame_coordinates(graph, one, frames, positions, momenta);
        const CoordinateFeatures features(model_, graph, coordinates);
        double energy = 0;
        for (const auto& group : node_groups(graph, nodes_per_group)) energy += features.energy(group);
        return parallel::sum(comm_, energy);
    }

  private:
    parallel::Communicator comm_;
    CoordinateNetwork model_;
};

}  // namespace

void frame_gradient(const parallel::Communicator& comm, const CoordinateNetwork& model,
                    const graph::DistributedGraph& graph, const Systems& systems,
                    std::span<const double> positions, std::span<const double> momenta,
                    std::span<double> by_position, std::span<double> by_momentum) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    const auto frames = body_frames_of(model, comm, graph, systems, positions);
    const auto coordinates = body_frame_coordinates(graph, systems, frames, positions, momenta);
    const CoordinateFeatures features(model, graph, coordinates);
    std::vector<double> slope(2 * graph.owned_size());
    for (const auto& group : node_groups(graph, nodes_per_group))
        features.slopes(group, std::span(slope).subspan(2 * d * static_cast<std::size_t>(group.nodes.front()),
                                                        2 * d * group.nodes.size()));
    std::vector<BodyFrameSums> sums(frames.size());
    for (LocalIndex i = 0; i < graph.owned; ++i) {
        const auto s = static_cast<std::size_t>(systems.of(i));
        const auto at = d * static_cast<std::size_t>(i);
        sums[s].add(frames[s], graph.dimension, positions.data() + at, momenta.data() + at,
                    slope.data() + 2 * at);
    }
    // Only a frame that moves needs to know.
    if (!model.absolute)
        parallel::sum(comm, std::span(reinterpret_cast<double*>(sums.data()), 12 * sums.size()));
    std::vector<BodyFrameGradient> pulls;
    for (std::size_t s = 0; s < sums.size(); ++s)
        pulls.push_back(body_frame_gradient(frames[s], graph.dimension, sums[s]));
    for (LocalIndex i = 0; i < graph.owned; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const auto s = static_cast<std::size_t>(systems.of(i));
        double* const of_node = slope.data() + 2 * d * n;
        leave_body_frame(frames[s], pulls[s], graph.dimension, graph.node_id[n], graph.mass[n], of_node);
        std::copy_n(of_node, d, by_position.begin() + static_cast<std::ptrdiff_t>(d * n));
        std::copy_n(of_node + d, d, by_momentum.begin() + static_cast<std::ptrdiff_t>(d * n));
    }
}

std::unique_ptr<systems::GeneralHamiltonian> make_general_hamiltonian(const parallel::Communicator& comm,
                                                                      const CoordinateNetwork& model) {
    return std::make_unique<FrameHamiltonian>(comm, model);
}

}  // namespace rfhgn::model
