#include "cell_grid.hpp"

#include <algorithm>
#include <cmath>

namespace rfhgn::graph {

namespace {

// Three counts of this size, with the layers around them, still multiply to less than 2^63: where particles
// scatter this far, cells get wider.
constexpr double most_cells = 1 << 20;

}  // namespace

CellGrid::CellGrid(const Box& box, const Region& region, double reach) : low_(region.low) {
    const auto width = widths(box);
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k) {
        const double length = region.high[k] - region.low[k];
        // A little wider than needed, so that rounding of coordinates loses no pair.
        const double fitting = std::floor(length * width[k] * layers[k] / (reach * (1 + 1e-9)));
        const double count = std::clamp(fitting, 1.0, most_cells);
        count_[k] = static_cast<std::int64_t>(count);
        cells_per_unit_[k] = count > 1 ? count / length : 0.0;
    }
    // Empty layers at both ends keep runs from reaching around into the next row.
    const auto padded = [&](std::size_t k) { return count_[k] + 2 * std::int64_t{layers[k]}; };
    stride_ = {1, padded(0), padded(0) * padded(1)};
    const int across = box.dimension > 1 ? layers[1] : 0;
    const int deep = box.dimension > 2 ? layers[2] : 0;
    for (int z = -deep; z <= deep; ++z)
        for (int y = -across; y <= across; ++y) runs_.push_back(z * stride_[2] + y * stride_[1]);
}

std::int64_t CellGrid::cell(const Vector3& s) const noexcept {
    std::int64_t number = 0;
    for (std::size_t k = 0; k < 3; ++k) {
        const auto last = static_cast<double>(count_[k] - 1);
        const double along = std::clamp((s[k] - low_[k]) * cells_per_unit_[k], 0.0, last);
        number += (static_cast<std::int64_t>(along) + layers[k]) * stride_[k];
    }
    return number;
}

Region widened(Region region, const Vector3& margin) {
    for (std::size_t k = 0; k < 3; ++k) {
        region.low[k] -= margin[k];
        region.high[k] += margin[k];
    }
    return region;
}

Region bounding_region(std::span<const Vector3> points) {
    if (points.empty()) return {};
    Region region{points[0], points[0]};
    for (const auto& s : points)
        for (std::size_t k = 0; k < 3; ++k) {
            region.low[k] = std::min(region.low[k], s[k]);
            region.high[k] = std::max(region.high[k], s[k]);
        }
    return region;
}

}  // namespace rfhgn::graph
