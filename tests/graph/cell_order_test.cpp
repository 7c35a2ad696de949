#include "cell_order.hpp"

#include <algorithm>
#include <numeric>

#include "rfhgn/base/random.hpp"

#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::graph;

TEST_CASE("points are ordered by cell, those of one cell as they were, whatever the cells' numbers",
          "[cells]") {
    const CounterRandom random(5, Stream::position);
    for (const int bits : {0, 3, 11, 12, 40, 62})
        for (const std::size_t count : {0UL, 1UL, 2UL, 1000UL}) {
            INFO(count << " points in 2^" << bits << " cells");
            std::vector<std::int64_t> cells(count);
            for (std::size_t i = 0; i < count; ++i)
                cells[i] = static_cast<std::int64_t>(random.below(std::uint64_t{1} << bits, i));
            std::vector<std::size_t> expected(count);
            std::iota(expected.begin(), expected.end(), std::size_t{0});
            std::stable_sort(expected.begin(), expected.end(),
                             [&](std::size_t a, std::size_t b) { return cells[a] < cells[b]; });
            const auto order = order_by_cell(cells);
            CHECK(order.from == expected);
            REQUIRE(order.cells.size() == count);
            bool right = true;
            for (std::size_t i = 0; i < count; ++i) right = right && order.cells[i] == cells[expected[i]];
            CHECK(right);
        }
}
