#include "cutoff_edges.hpp"

#include <algorithm>
#include <numeric>

namespace rfhgn::graph {

namespace {

/// The points around a cell, copied side by side: the windows are too short for vector instructions.
class Candidates {
  public:
    void clear() noexcept { count_ = 0; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// `offset` is added to the points' indices.
    void add(const CellPoints& points, const CellWindow& window, LocalIndex offset) {
        if (window.end <= window.begin) return;
        const std::size_t n = window.end - window.begin;
        if (index_.size() < count_ + n) grow(2 * (count_ + n));
        for (std::size_t k = 0; k < 3; ++k)
            std::copy_n(points.position[k].data() + window.begin, n, position_[k].data() + count_);
        std::iota(index_.data() + count_, index_.data() + count_ + n,
                  static_cast<LocalIndex>(window.begin) + offset);
        count_ += n;
    }

    /// Writes the edges from the point `first` at `at` to candidates from number `begin` on that are near it;
    /// there must be room for all. Returns how many.
    std::size_t near(const Vector3& at, LocalIndex first, std::size_t begin, double squared_reach,
                     Edge* edges) {
        const double* x = position_[0].data();
        const double* y = position_[1].data();
        const double* z = position_[2].data();
        std::int64_t* near = near_.data();
        for (std::size_t c = begin; c < count_; ++c) {
            const double dx = x[c] - at[0];
            const double dy = y[c] - at[1];
            const double dz = z[c] - at[2];
            near[c] = dx * dx + dy * dy + dz * dz < squared_reach ? 1 : 0;
        }
        std::size_t used = 0;
        for (std::size_t c = begin; c < count_; ++c) {  // without a branch
            edges[used] = {first, index_[c]};
            used += static_cast<std::size_t>(near[c]);
        }
        return used;
    }

  private:
    void grow(std::size_t size) {
        for (auto& component : position_) component.resize(size);
        index_.resize(size);
        near_.resize(size);
    }

    std::size_t count_ = 0;
    std::array<std::vector<double>, 3> position_;
    std::vector<LocalIndex> index_;
    std::vector<std::int64_t> near_;
};

Vector3 position(const CellPoints& points, std::size_t i) {
    return {points.position[0][i], points.position[1][i], points.position[2][i]};
}

}  // namespace

CellPoints cell_points(std::vector<std::int64_t> cells, std::span<const double> positions, int dimension) {
    CellPoints points;
    points.cell = std::move(cells);
    const std::size_t n = points.cell.size();
    const auto d = static_cast<std::size_t>(dimension);
    for (auto& component : points.position) component.resize(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < d; ++k) points.position[k][i] = positions[i * d + k];
    return points;
}

void append_interior_edges(const CellGrid& grid, const CellPoints& owned, double squared_reach,
                           EdgeList& edges) {
    Candidates candidates;
    visit_cells(
        grid, owned.cell, owned.cell, grid.runs().size() / 2,
        [&](std::size_t begin, std::size_t end, std::span<const CellWindow> windows) {
            candidates.clear();
            candidates.add(owned, {begin + 1, windows[0].end}, 0);
            for (const auto& window : windows.subspan(1)) candidates.add(owned, window, 0);
            for (std::size_t i = begin; i < end; ++i)
                edges.advance(candidates.near(position(owned, i), static_cast<LocalIndex>(i), i - begin,
                                              squared_reach, edges.room(candidates.count())));
        });
}

void append_cut_edges(const CellGrid& grid, const CellPoints& owned, const CellPoints& ghosts,
                      double squared_reach, EdgeList& edges) {
    Candidates candidates;
    const auto first_ghost = static_cast<LocalIndex>(owned.cell.size());
    visit_cells(grid, owned.cell, ghosts.cell, 0,
                [&](std::size_t begin, std::size_t end, std::span<const CellWindow> windows) {
                    candidates.clear();
                    for (const auto& window : windows) candidates.add(ghosts, window, first_ghost);
                    if (candidates.count() == 0) return;
                    for (std::size_t i = begin; i < end; ++i)
                        edges.advance(candidates.near(position(owned, i), static_cast<LocalIndex>(i), 0,
                                                      squared_reach, edges.room(candidates.count())));
                });
}

}  // namespace rfhgn::graph
