#pragma once
/// Cells of a grid along the vectors of a box, numbered so that cells that follow each other along the first
/// vector have following numbers: the neighbourhood of a cell is a few runs of numbers.

#include <cstdint>
#include <span>
#include <vector>

#include "rfhgn/graph/box.hpp"

namespace rfhgn::graph {

/// A range of box coordinates, for each vector.
struct Region {
    Vector3 low{};
    Vector3 high{};
};

/// Points within `reach` of a point lie at most layers[k] cells away along vector k.
class CellGrid {
  public:
    /// Cells are half the reach wide, which leaves fewer candidates than whole ones; not so along runs, where
    /// longer cells share the cost of a visit among more points.
    static constexpr std::array<int, 3> layers{1, 2, 2};

    /// Covers `region` of the box; points outside count as lying in its outermost cells.
    CellGrid(const Box& box, const Region& region, double reach);

    /// Number of the cell that holds a point of these box coordinates.
    [[nodiscard]] std::int64_t cell(const Vector3& s) const noexcept;
    /// Differences of numbers from a cell to the middles of the runs around it, ascending; a run is layers[0]
    /// to both sides of its middle. The middle one is 0.
    [[nodiscard]] std::span<const std::int64_t> runs() const noexcept { return runs_; }

  private:
    Vector3 low_{};
    Vector3 cells_per_unit_{};
    std::array<std::int64_t, 3> count_{1, 1, 1};
    std::array<std::int64_t, 3> stride_{};
    std::vector<std::int64_t> runs_;
};

/// Moved outwards on all sides.
Region widened(Region region, const Vector3& margin);
/// The smallest region that holds the points with these coordinates.
Region bounding_region(std::span<const Vector3> points);

/// A run around a cell: the points with numbers begin .. end - 1.
struct CellWindow {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// For each distinct cell of `from`, ascending: visit(begin, end, windows) with the points of the cell,
/// from[begin, end), and those of `to` in each run around it from number `first_run` on. Both lists are cell
/// numbers in ascending order.
template <class Visit>
void visit_cells(const CellGrid& grid, std::span<const std::int64_t> from, std::span<const std::int64_t> to,
                 std::size_t first_run, Visit&& visit) {
    const auto runs = grid.runs().subspan(first_run);
    // As cells ascend so do the ends of every run: each moves over `to` once.
    std::vector<CellWindow> windows(runs.size());
    for (std::size_t begin = 0, end = 0; begin < from.size(); begin = end) {
        const std::int64_t cell = from[begin];
        while (end < from.size() && from[end] == cell) ++end;
        for (std::size_t r = 0; r < runs.size(); ++r) {
            auto& window = windows[r];
            const std::int64_t middle = cell + runs[r];
            while (window.begin < to.size() && to[window.begin] < middle - CellGrid::layers[0])
                ++window.begin;
            while (window.end < to.size() && to[window.end] <= middle + CellGrid::layers[0]) ++window.end;
        }
        visit(begin, end, std::span<const CellWindow>(windows));
    }
}

}  // namespace rfhgn::graph
