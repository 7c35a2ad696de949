#pragma once

#include "rfhgn/linalg/row_source.hpp"

#include "aligned_array.hpp"

namespace rfhgn::linalg {

/// Gathers the small blocks of a source into chunks that are tall enough for the kernels. Where a chunk ends
/// depends on the blocks alone, so that results do not change with ranks or memory.
class RowGatherer {
  public:
    /// Room for the tallest chunk of the owned leaves.
    RowGatherer(const RowSource& source, RowRole role);

    /// Where the next block of `rows` rows belongs; it counts as filled.
    RowBlock next(LocalIndex rows);
    /// Time to use the chunk.
    [[nodiscard]] bool full() const noexcept { return filled_ >= chunk_rows; }
    [[nodiscard]] bool empty() const noexcept { return filled_ == 0; }
    /// What is gathered.
    [[nodiscard]] RowBlock chunk() noexcept { return {values_.data(), filled_, columns_, leading_}; }
    void clear() noexcept { filled_ = 0; }

  private:
    static constexpr LocalIndex chunk_rows = 512;

    int columns_;
    LocalIndex leading_ = 0;
    LocalIndex filled_ = 0;
    AlignedArray values_;
};

/// Calls use(leaf, block, rows) for every block of a leaf that has this role and holds rows.
template <class Use>
void for_each_block(const RowSource& source, int leaf, RowRole role, Use&& use) {
    for (int block = 0; block < source.blocks(leaf); ++block) {
        const LocalIndex rows = source.rows(leaf, block);
        if (rows > 0 && source.role(leaf, block) == role) use(leaf, block, rows);
    }
}

/// Rows of one role in the owned leaves.
GlobalIndex count_rows(const RowSource& source, RowRole role);

/// Throws a RunError that names the first block of the leaf with a non-finite number, if there is one. Local.
void require_finite(const RowSource& source, int leaf);

}  // namespace rfhgn::linalg
