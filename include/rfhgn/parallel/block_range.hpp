#pragma once

#include <algorithm>

#include "rfhgn/base/types.hpp"

namespace rfhgn::parallel {

/// Half-open range of global indices.
struct Range {
    GlobalIndex begin = 0;
    GlobalIndex end = 0;
    [[nodiscard]] GlobalIndex size() const noexcept { return end - begin; }
    [[nodiscard]] bool contains(GlobalIndex i) const noexcept { return i >= begin && i < end; }
    friend bool operator==(const Range&, const Range&) = default;
};

/// Part `part` of `total` items cut into `parts` contiguous pieces whose sizes differ by at most one.
inline Range block_range(GlobalIndex total, GlobalIndex parts, GlobalIndex part) noexcept {
    const GlobalIndex base = total / parts;
    const GlobalIndex extra = total % parts;
    const GlobalIndex begin = part * base + std::min(part, extra);
    return {begin, begin + base + (part < extra ? 1 : 0)};
}

/// The part that holds `item` under block_range.
inline GlobalIndex block_owner(GlobalIndex total, GlobalIndex parts, GlobalIndex item) noexcept {
    const GlobalIndex base = total / parts;
    const GlobalIndex extra = total % parts;
    const GlobalIndex long_end = extra * (base + 1);
    // No division by zero: without whole pieces every item lies before long_end.
    // NOLINTNEXTLINE(clang-analyzer-core.DivideZero)
    return item < long_end ? item / (base + 1) : extra + (item - long_end) / base;
}

}  // namespace rfhgn::parallel
