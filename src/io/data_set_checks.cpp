#include "data_set_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

void check_finite(const Rows& rows, std::span<const double> values, std::size_t columns) {
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
    if (bad == values.end()) return;
    const auto at = static_cast<std::size_t>(bad - values.begin());
    require(false, Advice{"remove the snapshot or correct the value"}, "{}: {} is {} in row {}, column {}",
            rows.path, rows.name, *bad, rows.first + static_cast<GlobalIndex>(at / columns), at % columns);
}

void check_positive(const Rows& rows, std::span<const double> values) {
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !(x > 0); });
    if (bad == values.end()) return;
    require(false, Advice{"masses are positive"}, "{}: {} is {} in row {}", rows.path, rows.name, *bad,
            rows.first + (bad - values.begin()));
}

void check_increasing(const Rows& rows, std::span<const GlobalIndex> offsets, bool strictly) {
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        const bool ok = strictly ? offsets[i - 1] < offsets[i] : offsets[i - 1] <= offsets[i];
        require(ok, Advice{"row s is where snapshot s begins"},
                "{}: {} does not increase: {} in row {}, {} in row {}", rows.path, rows.name, offsets[i - 1],
                rows.first + static_cast<GlobalIndex>(i) - 1, offsets[i],
                rows.first + static_cast<GlobalIndex>(i));
    }
}

void check_edges(const Rows& rows, std::span<const graph::GlobalEdge> edges, GlobalIndex snapshot,
                 std::span<const GlobalIndex> edge_offset, std::span<const GlobalIndex> node_offset) {
    std::size_t s = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const GlobalIndex row = rows.first + static_cast<GlobalIndex>(i);
        while (row >= edge_offset[s + 1]) ++s;
        const parallel::Range nodes{node_offset[s], node_offset[s + 1]};
        const auto [first, second] = edges[i];
        require(nodes.contains(first) && nodes.contains(second),
                Advice{"edges name nodes by their row in /particles"},
                "{}: {} row {} joins nodes {} and {}, but snapshot {} has the nodes {} to {}", rows.path,
                rows.name, row, first, second, snapshot + static_cast<GlobalIndex>(s), nodes.begin,
                nodes.end - 1);
        require(first != second, Advice{"remove the edge"}, "{}: {} row {} joins node {} to itself",
                rows.path, rows.name, row, first);
    }
}

std::vector<int> narrowed(const Rows& rows, std::span<const std::int64_t> values) {
    std::vector<int> result;
    result.reserve(values.size());
    for (const auto value : values) {
        require(value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max(),
                Advice{}, "{}: {} is {} in row {}, which exceeds 32 bits", rows.path, rows.name, value,
                rows.first + static_cast<GlobalIndex>(result.size()));
        result.push_back(static_cast<int>(value));
    }
    return result;
}

}  // namespace rfhgn::io
