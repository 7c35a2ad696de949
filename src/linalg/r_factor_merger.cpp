#include "r_factor_merger.hpp"

#include <algorithm>
#include <utility>

#include "rfhgn/base/error.hpp"

namespace rfhgn::linalg {

namespace {

constexpr int slab_rows = 512;

}  // namespace

// Slab by slab: rows that begin with zeros leave the columns of these alone, and are an R factor again.
void RFactorMerger::fold(RFactor& a, const RFactor& b) {
    const std::ptrdiff_t size = a.columns + 1;
    const LocalIndex leading =
        column_distance(static_cast<LocalIndex>(std::min<std::ptrdiff_t>(slab_rows, size)));
    const auto needed = static_cast<std::size_t>(leading * size);
    if (slab_size_ < needed) {
        slab_ = AlignedArray(needed);
        slab_size_ = needed;
    }
    const std::ptrdiff_t height = b.height();
    for (std::ptrdiff_t begin = 0; begin < height; begin += slab_rows) {
        const std::ptrdiff_t end = std::min(height, begin + slab_rows);
        for (std::ptrdiff_t column = begin; column < size; ++column) {
            const double* from = b.values.data() + column * size;
            std::copy(from + begin, from + end, slab_.data() + (column - begin) * leading);
        }
        update_.apply(
            a.values.data() + begin * (size + 1), size,
            {slab_.data(), static_cast<LocalIndex>(end - begin), static_cast<int>(size - begin) - 1, leading},
            RowShape::triangular);
    }
    a.rows += b.rows;
}

void RFactorMerger::merge(RFactor& a, const RFactor& b) {
    RFHGN_ASSERT(a.columns == b.columns);
    if (b.rows == 0) return;
    if (a.rows == 0) {
        a = b;
    } else {
        fold(a, b);
    }
}

void RFactorMerger::merge(RFactor& a, RFactor&& b) {
    if (a.rows == 0) {
        std::swap(a, b);
    } else {
        merge(a, std::as_const(b));
    }
    recycle(std::move(b));
}

RFactor RFactorMerger::blank(int columns) {
    if (spare_.empty() || spare_.back().columns != columns) return RFactor(columns);
    RFactor r_factor = std::move(spare_.back());
    spare_.pop_back();
    if (r_factor.rows > 0) std::fill(r_factor.values.begin(), r_factor.values.end(), 0.0);
    r_factor.rows = 0;
    return r_factor;
}

void RFactorMerger::recycle(RFactor&& r_factor) {
    spare_.push_back(std::move(r_factor));
}

}  // namespace rfhgn::linalg
