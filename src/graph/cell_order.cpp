#include "cell_order.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rfhgn/base/error.hpp"

namespace rfhgn::graph {

namespace {

constexpr int digit_bits = 11;
constexpr std::size_t digits = std::size_t{1} << digit_bits;

struct Item {
    std::uint64_t cell;
    std::size_t from;
};

std::size_t digit(const Item& item, int shift) {
    return (item.cell >> shift) % digits;
}

/// One pass of a radix sort: by the digit at `shift`, otherwise as they were.
void sort_by_digit(const std::vector<Item>& items, int shift, std::vector<Item>& sorted) {
    std::array<std::size_t, digits> place{};
    for (const auto& item : items) ++place[digit(item, shift)];
    std::size_t next = 0;
    for (auto& p : place) next += std::exchange(p, next);
    for (const auto& item : items) sorted[place[digit(item, shift)]++] = item;
}

}  // namespace

CellOrder order_by_cell(std::span<const std::int64_t> cells) {
    if (cells.empty()) return {};
    const auto [lowest, highest] = std::minmax_element(cells.begin(), cells.end());
    RFHGN_ASSERT(*lowest >= 0);
    const auto range = static_cast<std::uint64_t>(*highest - *lowest);
    std::vector<Item> items(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
        items[i] = {static_cast<std::uint64_t>(cells[i] - *lowest), i};
    std::vector<Item> sorted(items.size());
    for (int shift = 0; shift < 64 && (range >> shift) != 0; shift += digit_bits) {
        sort_by_digit(items, shift, sorted);
        items.swap(sorted);
    }
    CellOrder order;
    order.from.reserve(items.size());
    order.cells.reserve(items.size());
    for (const auto& item : items) {
        order.from.push_back(item.from);
        order.cells.push_back(cells[item.from]);
    }
    return order;
}

}  // namespace rfhgn::graph
