#pragma once
/// Coordinates along cell vectors, for many positions.

#include <span>

#include "rfhgn/graph/box.hpp"

namespace rfhgn::graph {

/// Gives what fractional(box, position) gives, bit for bit, and keeps what does not depend on the position.
class BoxCoordinates {
  public:
    explicit BoxCoordinates(const Box& box);

    /// Coordinates of a position [dimension].
    [[nodiscard]] Vector3 operator()(std::span<const double> position) const noexcept {
        Vector3 relative{};
        for (std::size_t k = 0; k < position.size(); ++k) relative[k] = position[k] - origin_[k];
        Vector3 s{};
        for (std::size_t k = 0; k < 3; ++k) {
            const auto& normal = faces_[k];
            s[k] = (relative[0] * normal[0] + relative[1] * normal[1] + relative[2] * normal[2]) / volume_;
        }
        return s;
    }

  private:
    Vector3 origin_;
    std::array<Vector3, 3> faces_;  // area vectors of the faces between the other two vectors
    double volume_;
};

}  // namespace rfhgn::graph
