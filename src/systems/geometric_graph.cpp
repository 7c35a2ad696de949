#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/random.hpp"

#include "topology.hpp"

namespace rfhgn::systems {

namespace {

using Point = std::array<double, 3>;

double box_side(const SystemOptions& options, int dimension) {
    return std::pow(static_cast<double>(options.size[0]), 1.0 / dimension);
}

/// Points sorted into cubic cells no smaller than the radius, so that neighbours are in adjacent cells.
class CellList {
  public:
    CellList(const std::vector<Point>& points, double origin, double side, double radius) : origin_(origin) {
        // Cells narrower than the distance of points would mostly be empty.
        const double most = std::cbrt(static_cast<double>(points.size())) + 1.0;
        width_ = std::max(radius, side / most);
        keys_.reserve(points.size());
        for (std::size_t i = 0; i < points.size(); ++i) keys_.emplace_back(key(points[i]), i);
        std::sort(keys_.begin(), keys_.end());
    }

    /// Calls visit(index) for the points in the cells around `point`.
    template <class Visit>
    void around(const Point& point, int dimension, Visit&& visit) const {
        const Key centre = key(point);
        const int dy = dimension > 1 ? 1 : 0;
        const int dz = dimension > 2 ? 1 : 0;
        for (int z = -dz; z <= dz; ++z) {
            for (int y = -dy; y <= dy; ++y) {
                // Cells that differ only in x follow each other in `keys_`.
                const Key low{centre[0] + z, centre[1] + y, centre[2] - 1};
                const Key high{low[0], low[1], centre[2] + 2};
                auto entry = std::lower_bound(keys_.begin(), keys_.end(), Entry{low, 0});
                for (; entry != keys_.end() && entry->first < high; ++entry) visit(entry->second);
            }
        }
    }

  private:
    using Key = std::array<GlobalIndex, 3>;  // z, y, x
    using Entry = std::pair<Key, std::size_t>;

    [[nodiscard]] Key key(const Point& p) const {
        const auto index = [&](double x) { return static_cast<GlobalIndex>(std::floor(x / width_)); };
        return {index(p[2]), index(p[1]), index(p[0] - origin_)};
    }

    double origin_;
    double width_ = 1.0;
    std::vector<Entry> keys_;
};

}  // namespace

void geometric_position(const SystemOptions& options, GlobalIndex node, std::span<double> position) {
    const CounterRandom random(options.seed, Stream::topology);
    const auto counter = static_cast<std::uint64_t>(node);
    const auto xy = random.uniform2(counter, 0);
    const double side = box_side(options, static_cast<int>(position.size()));
    // Slabs across x in the order of the nodes: near points have near ids, and a rank finds its neighbours
    // alone.
    position[0] = side * (static_cast<double>(node) + xy[0]) / static_cast<double>(options.size[0]);
    if (position.size() > 1) position[1] = side * xy[1];
    if (position.size() > 2) position[2] = side * random.uniform(counter, 1);
}

std::vector<graph::GlobalEdge> geometric_edges(const SystemOptions& options, int dimension,
                                               parallel::Range nodes) {
    const GlobalIndex total = options.size[0];
    const double side = box_side(options, dimension);
    const double slabs =
        std::min(static_cast<double>(total), options.radius / side * static_cast<double>(total));
    const GlobalIndex end = std::min(total, nodes.end + static_cast<GlobalIndex>(std::ceil(slabs)) + 1);
    std::vector<Point> points;
    for (GlobalIndex node = nodes.begin; node < end; ++node) {
        Point point{0.0, 0.0, 0.0};
        geometric_position(options, node, {point.data(), static_cast<std::size_t>(dimension)});
        points.push_back(point);
    }
    std::vector<graph::GlobalEdge> edges;
    if (nodes.size() == 0) return edges;
    const CellList cells(points, points.front()[0], side, options.radius);
    const double squared_radius = options.radius * options.radius;
    std::vector<GlobalIndex> above;
    for (std::size_t i = 0; i < static_cast<std::size_t>(nodes.size()); ++i) {
        above.clear();
        cells.around(points[i], dimension, [&](std::size_t j) {
            if (j <= i) return;
            double squared = 0.0;
            for (std::size_t k = 0; k < 3; ++k) squared += std::pow(points[j][k] - points[i][k], 2);
            if (squared < squared_radius) above.push_back(nodes.begin + static_cast<GlobalIndex>(j));
        });
        std::sort(above.begin(), above.end());
        for (const GlobalIndex other : above)
            edges.push_back({nodes.begin + static_cast<GlobalIndex>(i), other});
    }
    return edges;
}

}  // namespace rfhgn::systems
