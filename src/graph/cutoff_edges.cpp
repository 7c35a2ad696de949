#include "cutoff_edges.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace rfhgn::graph {

namespace {

/// Collects the points of runs that are near one point; room is made before, so that the loop has no branch.
class EdgeCollector {
  public:
    EdgeCollector(std::vector<Edge>& edges, double squared_reach)
        : edges_(edges), used_(edges.size()), squared_reach_(squared_reach) {}
    ~EdgeCollector() { edges_.resize(used_); }
    EdgeCollector(const EdgeCollector&) = delete;
    EdgeCollector& operator=(const EdgeCollector&) = delete;

    void make_room(std::size_t candidates) {
        if (edges_.size() < used_ + candidates) edges_.resize(std::max(used_ + candidates, 2 * used_));
    }
    void add(const Vector3& at, LocalIndex first, const CellPoints& points, std::size_t begin,
             std::size_t end) {
        const double* x = points.position[0].data();
        const double* y = points.position[1].data();
        const double* z = points.position[2].data();
        Edge* edges = edges_.data();
        std::size_t used = used_;
        for (std::size_t j = begin; j < end; ++j) {
            const double dx = x[j] - at[0];
            const double dy = y[j] - at[1];
            const double dz = z[j] - at[2];
            edges[used] = {first, static_cast<LocalIndex>(j)};
            used += dx * dx + dy * dy + dz * dz < squared_reach_ ? 1 : 0;
        }
        used_ = used;
    }
    [[nodiscard]] std::size_t used() const noexcept { return used_; }
    [[nodiscard]] std::span<Edge> from(std::size_t begin) {
        return std::span(edges_).subspan(begin, used_ - begin);
    }

  private:
    std::vector<Edge>& edges_;
    std::size_t used_;
    double squared_reach_;
};

Vector3 position(const CellPoints& points, std::size_t i) {
    return {points.position[0][i], points.position[1][i], points.position[2][i]};
}

std::size_t size(std::span<const CellWindow> windows) {
    std::size_t total = 0;
    for (const auto& window : windows) total += window.end - window.begin;
    return total;
}

}  // namespace

CellPoints sort_points(const CellGrid& grid, std::span<const Vector3> coordinates,
                       std::span<const double> positions, int dimension) {
    struct Key {
        std::int64_t cell;
        LocalIndex index;
        bool operator<(const Key& other) const {
            return std::tie(cell, index) < std::tie(other.cell, other.index);
        }
    };
    std::vector<Key> keys(coordinates.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] = {grid.cell(coordinates[i]), static_cast<LocalIndex>(i)};
    if (!std::is_sorted(keys.begin(), keys.end())) std::sort(keys.begin(), keys.end());
    CellPoints points;
    points.cell.resize(keys.size());
    points.index.resize(keys.size());
    for (auto& component : points.position) component.resize(keys.size());
    const auto d = static_cast<std::size_t>(dimension);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        points.cell[i] = keys[i].cell;
        points.index[i] = keys[i].index;
        for (std::size_t k = 0; k < d; ++k)
            points.position[k][i] = positions[static_cast<std::size_t>(keys[i].index) * d + k];
    }
    return points;
}

void append_interior_edges(const CellGrid& grid, const CellPoints& owned, double squared_reach,
                           std::vector<Edge>& edges) {
    EdgeCollector collector(edges, squared_reach);
    visit_cells(grid, owned.cell, owned.cell, grid.runs().size() / 2,
                [&](std::size_t begin, std::size_t end, std::span<const CellWindow> windows) {
                    collector.make_room((end - begin) * size(windows));
                    for (std::size_t i = begin; i < end; ++i)
                        for (const auto& window : windows)
                            collector.add(position(owned, i), static_cast<LocalIndex>(i), owned,
                                          std::max(window.begin, i + 1), window.end);
                });
}

void append_cut_edges(const CellGrid& grid, const CellPoints& owned, const CellPoints& ghosts,
                      double squared_reach, std::vector<Edge>& edges) {
    EdgeCollector collector(edges, squared_reach);
    const auto first_ghost = static_cast<LocalIndex>(owned.cell.size());
    visit_cells(grid, owned.cell, ghosts.cell, 0,
                [&](std::size_t begin, std::size_t end, std::span<const CellWindow> windows) {
                    const std::size_t candidates = size(windows);
                    if (candidates == 0) return;
                    collector.make_room((end - begin) * candidates);
                    for (std::size_t i = begin; i < end; ++i) {
                        const std::size_t before = collector.used();
                        for (const auto& window : windows)
                            collector.add(position(owned, i), static_cast<LocalIndex>(i), ghosts,
                                          window.begin, window.end);
                        const auto found = collector.from(before);
                        for (auto& edge : found)
                            edge.second = first_ghost + ghosts.index[static_cast<std::size_t>(edge.second)];
                        std::sort(found.begin(), found.end(),
                                  [](const Edge& a, const Edge& b) { return a.second < b.second; });
                    }
                });
}

}  // namespace rfhgn::graph
