#include "row_gatherer.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "rfhgn/base/error.hpp"
#include "rfhgn/linalg/target_rows.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "householder.hpp"

namespace rfhgn::linalg {

RowGatherer::RowGatherer(const RowSource& source, RowRole role) : columns_(source.columns()) {
    LocalIndex tallest_block = 0;
    GlobalIndex tallest_leaf = 0;
    const auto owned = source.owned_leaves();
    for (auto leaf = owned.begin; leaf < owned.end; ++leaf) {
        GlobalIndex in_leaf = 0;
        for_each_block(source, static_cast<int>(leaf), role, [&](int, int, LocalIndex rows) {
            tallest_block = std::max(tallest_block, rows);
            in_leaf += rows;
        });
        tallest_leaf = std::max(tallest_leaf, in_leaf);
    }
    const GlobalIndex capacity =
        std::min<GlobalIndex>(tallest_leaf, GlobalIndex{chunk_rows} - 1 + tallest_block);
    leading_ = column_distance(static_cast<LocalIndex>(capacity));
    values_ = AlignedArray(static_cast<std::size_t>(leading_) * (static_cast<std::size_t>(columns_) + 1));
}

RowBlock RowGatherer::next(LocalIndex rows) {
    const RowBlock block{values_.data() + filled_, rows, columns_, leading_};
    filled_ += rows;
    RFHGN_ASSERT(filled_ <= leading_);
    return block;
}

GlobalIndex count_rows(const RowSource& source, RowRole role) {
    GlobalIndex total = 0;
    const auto owned = source.owned_leaves();
    for (auto leaf = owned.begin; leaf < owned.end; ++leaf) {
        for_each_block(source, static_cast<int>(leaf), role,
                       [&](int, int, LocalIndex rows) { total += rows; });
    }
    return total;
}

GlobalIndex all_rows(const parallel::Communicator& comm, const RowSource& source) {
    return parallel::sum(comm, count_rows(source, RowRole::training) + count_rows(source, RowRole::held_out));
}

void require_finite(const RowSource& source, int leaf) {
    const int columns = source.columns();
    const auto check = [&](int, int block, LocalIndex rows) {
        std::vector<double> values(static_cast<std::size_t>(rows) * (static_cast<std::size_t>(columns) + 1));
        source.produce(leaf, block, {values.data(), rows, columns, rows});
        const auto bad =
            std::find_if_not(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
        if (bad == values.end()) return;
        const auto at = static_cast<GlobalIndex>(bad - values.begin());
        const GlobalIndex column = at / rows;
        std::vector<GlobalIndex> group(static_cast<std::size_t>(rows));
        source.groups(leaf, block, group);
        require<RunError>(
            false,
            Advice{"look for particles at the same place and for values far from all others in "
                   "this snapshot"},
            "snapshot {} makes row {} of block {} in leaf {} of the least-squares problem hold {} "
            "in {}",
            group[static_cast<std::size_t>(at % rows)], at % rows, block, leaf, *bad,
            column == columns ? "its right-hand side" : fmt::format("column {}", column));
    };
    for_each_block(source, leaf, RowRole::training, check);
    for_each_block(source, leaf, RowRole::held_out, check);
}

}  // namespace rfhgn::linalg
