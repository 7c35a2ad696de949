#include "rfhgn/dynamics/observer.hpp"

namespace rfhgn::dynamics {

std::vector<double> unwrapped_positions(const Frame& frame) {
    const auto d = static_cast<std::size_t>(frame.graph.dimension);
    const auto owned = frame.positions.first(frame.graph.owned_size());
    std::vector<double> positions(owned.begin(), owned.end());
    for (std::size_t i = 0; i < frame.images.size(); ++i) {
        const auto shift = displacement(frame.box, frame.images[i]);
        for (std::size_t k = 0; k < d; ++k) positions[i * d + k] += shift[k];
    }
    return positions;
}

}  // namespace rfhgn::dynamics
