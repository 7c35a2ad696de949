#include "data_set_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

namespace {

bool sound(double x, bool positive) {
    return std::fabs(x) <= largest_magnitude && (!positive || x >= 1 / largest_magnitude);
}

std::string in_words(double x, bool positive) {
    if (!std::isfinite(x)) return fmt::format("{}", x);
    if (positive)
        return fmt::format("{}, but must be from {:g} to {:g}", x, 1 / largest_magnitude, largest_magnitude);
    return fmt::format("{}, but sums of powers of it overflow: at most {:g}", x, largest_magnitude);
}

constexpr const char* advice = "remove the snapshot, correct the value or use units that suit the data";

}  // namespace

bool is_sound(std::span<const double> values, bool positive) {
    return std::all_of(values.begin(), values.end(), [=](double x) { return sound(x, positive); });
}

std::string describe_unsound(const Rows& rows, std::span<const double> values, std::size_t columns,
                             const Groups& groups, bool positive) {
    const auto bad =
        std::find_if_not(values.begin(), values.end(), [=](double x) { return sound(x, positive); });
    const auto at = static_cast<std::size_t>(bad - values.begin());
    const GlobalIndex row = rows.first + static_cast<GlobalIndex>(at / columns);
    const auto next = std::upper_bound(groups.offset.begin(), groups.offset.end(), row);
    const auto snapshot = next - groups.offset.begin() - 1;
    return fmt::format("{}: {} of {} {} of snapshot {} (row {}, column {}) is {}", rows.path, rows.name,
                       groups.member, row - *(next - 1), groups.first + snapshot, row, at % columns,
                       in_words(*bad, positive));
}

void check_sound(const Rows& rows, std::span<const double> values, std::size_t columns, const Groups& groups,
                 bool positive) {
    if (is_sound(values, positive)) return;
    require(false, Advice{advice}, "{}", describe_unsound(rows, values, columns, groups, positive));
}

void check_sound(const Rows& rows, std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (sound(values[i], false)) continue;
        require(false, Advice{advice}, "{}: {} of snapshot {} is {}", rows.path, rows.name,
                rows.first + static_cast<GlobalIndex>(i), in_words(values[i], false));
    }
}

void check_known(const Rows& rows, std::span<const double> values, std::size_t columns) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]) || sound(values[i], false)) continue;
        const auto snapshot = rows.first + static_cast<GlobalIndex>(i / columns);
        const auto column = columns == 1 ? std::string() : fmt::format(" (column {})", i % columns);
        require(false, Advice{advice}, "{}: {} of snapshot {}{} is {}", rows.path, rows.name, snapshot,
                column, in_words(values[i], false));
    }
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

void check_named(const Rows& rows, std::span<const int> species, const potential::SpeciesNames& names) {
    if (names.empty()) return;
    const auto named = [&](int s) {
        return s >= 0 && static_cast<std::size_t>(s) < names.size() &&
               !names[static_cast<std::size_t>(s)].empty();
    };
    const auto bad = std::find_if_not(species.begin(), species.end(), named);
    require(bad == species.end(), Advice{"name every species, or none"},
            "{}: {} is {} in row {}, but the names are {}", rows.path, rows.name,
            bad == species.end() ? 0 : *bad, rows.first + (bad - species.begin()),
            potential::numbered(names));
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
