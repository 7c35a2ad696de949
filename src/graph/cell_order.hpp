#pragma once
/// Points in the order of their cells.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "cell_grid.hpp"

namespace rfhgn::graph {

struct CellOrder {
    std::vector<std::size_t> from;    ///< which point comes first, second, ...
    std::vector<std::int64_t> cells;  ///< their cells, ascending
};

/// Sorts points by their cells, which are not negative; those of one cell stay as they were. Takes time in
/// proportion to the points, which every rebuild of neighbours sorts.
CellOrder order_by_cell(std::span<const std::int64_t> cells);

/// Sorts items by the cells of their box coordinates, `coordinates(item)`, in the same way; returns the
/// cells.
template <class Item, class Coordinates>
std::vector<std::int64_t> sort_by_cell(const CellGrid& grid, std::vector<Item>& items,
                                       Coordinates&& coordinates) {
    std::vector<std::int64_t> cells;
    cells.reserve(items.size());
    for (const auto& item : items) cells.push_back(grid.cell(coordinates(item)));
    auto order = order_by_cell(cells);
    std::vector<Item> sorted;
    sorted.reserve(items.size());
    for (const std::size_t from : order.from) sorted.push_back(items[from]);
    items = std::move(sorted);
    return std::move(order.cells);
}

}  // namespace rfhgn::graph
