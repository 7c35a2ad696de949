#pragma once

#include <algorithm>
#include <span>

#include "rfhgn/base/types.hpp"
#include "rfhgn/parallel/block_range.hpp"

namespace rfhgn::linalg {

/// What rows are for: fitting, or judging the fit (whole snapshots or trajectories held out).
enum class RowRole { training, held_out };

/// A block of rows [Z u] as one column-major array [rows, columns + 1]; the last column is the right-hand
/// side.
struct RowBlock {
    double* values;
    LocalIndex rows;
    int columns;         ///< of Z, without the right-hand side
    LocalIndex leading;  ///< distance between columns, >= rows
};

/// A tall-skinny least-squares problem as a stream of row blocks. The rows are cut into `leaves` pieces whose
/// content does not depend on the number of ranks; every rank owns a contiguous range of them, and a leaf is
/// a sequence of blocks. Producing a block again gives the same bits.
class RowSource {
  public:
    virtual ~RowSource() = default;
    [[nodiscard]] virtual int columns() const = 0;
    /// Leaves of the whole problem, the same on every rank, >= 1.
    [[nodiscard]] virtual int leaves() const = 0;
    /// Leaves that this rank owns; ranks in order cover [0, leaves()).
    [[nodiscard]] virtual parallel::Range owned_leaves() const = 0;
    [[nodiscard]] virtual int blocks(int leaf) const = 0;
    [[nodiscard]] virtual LocalIndex rows(int leaf, int block) const = 0;
    [[nodiscard]] virtual RowRole role(int leaf, int block) const = 0;
    /// Which of the parts that cross-validation leaves out in turn a block is of; the last one is held out.
    [[nodiscard]] virtual int part(int leaf, int block) const {
        return role(leaf, block) == RowRole::training ? 0 : 1;
    }
    /// Fills out.values; out.rows == rows(leaf, block). Local.
    virtual void produce(int leaf, int block, RowBlock out) const = 0;
    /// The group (snapshot) of every row of a block, group[rows]; over the training rows of all leaves in
    /// order groups ascend. All rows are one group unless a source says otherwise. Local.
    virtual void groups(int /*leaf*/, int /*block*/, std::span<GlobalIndex> group) const {
        std::fill(group.begin(), group.end(), 0);
    }
};

}  // namespace rfhgn::linalg
