#include "rfhgn/dynamics/observer.hpp"

namespace rfhgn::dynamics {

std::vector<double> unwrapped_positions(const graph::DistributedGraph& graph,
                                        std::span<const double> positions,
                                        std::span<const graph::Image> images, const graph::Box& box) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    const auto owned = positions.first(graph.owned_size());
    std::vector<double> paths(owned.begin(), owned.end());
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto shift = displacement(box, images[i]);
        for (std::size_t k = 0; k < d; ++k) paths[i * d + k] += shift[k];
    }
    return paths;
}

std::vector<double> unwrapped_positions(const StepView& frame) {
    return unwrapped_positions(frame.graph, frame.positions, frame.images, frame.box);
}

}  // namespace rfhgn::dynamics
