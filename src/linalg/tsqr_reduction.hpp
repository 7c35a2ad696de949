#pragma once

#include <map>
#include <memory>
#include <vector>

#include "rfhgn/linalg/factor_checkpoint.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "r_factor_merger.hpp"
#include "r_factor_transfer.hpp"

namespace rfhgn::linalg {

/// Merges the R factors of leaves along a binary tree over leaf numbers: node (level, i) covers the leaves
/// [i 2^level, (i + 1) 2^level). The tree knows nothing of ranks, so that the result has the same bits on any
/// number of them. Nodes that reach over ranks live, as to training rows, with the owner of their first leaf,
/// as to held-out rows with that of their last: the two merges of a pair then go on at the same time.
class TsqrReduction {
  public:
    /// *Collective.* Ranges of all ranks in order must cover [0, leaves). Several trees may share memory.
    TsqrReduction(const parallel::Communicator& comm, int leaves, parallel::Range owned,
                  std::shared_ptr<RFactorMerger> memory = std::make_shared<RFactorMerger>());

    using Node = RFactorNodes::key_type;  // level, index

    /// Hands in an owned leaf, or a node whose first leaf is owned and of whose leaves none is handed in, and
    /// merges what is complete on this rank. Local.
    void add(int leaf, RFactorPair r_factors);
    void add(Node node, RFactorPair r_factors);
    /// An R factor of no rows to start a leaf with, in memory that merges left over.
    RFactor blank(int columns) { return memory_->blank(columns); }
    /// The leaves of a node; none for nodes that no tree of so many leaves has.
    [[nodiscard]] parallel::Range leaves_of(const Node& node) const;
    /// What is complete on this rank.
    [[nodiscard]] const RFactorNodes& held() const noexcept { return held_; }
    /// Merges across ranks; the result is on every rank. *Collective.*
    RFactorPair reduce(int columns);

  private:
    using Side = std::map<Node, RFactor>;  // R factors of one role

    [[nodiscard]] GlobalIndex first_leaf(const Node& node) const {
        return GlobalIndex{node.second} << node.first;
    }
    [[nodiscard]] int owner(GlobalIndex leaf) const;
    [[nodiscard]] int home(RowRole role, const Node& node) const;
    void place(Node node, RFactorPair r_factors);
    void bring_home(Side& held_out, int columns);
    void bring_together(int level, RowRole role, Side& side, int columns);
    void merge_level(int level, Side& side);
    RFactor share_root(RowRole role, Side& side, int columns);

    const parallel::Communicator& comm_;
    GlobalIndex leaves_;
    int depth_ = 0;
    std::vector<GlobalIndex> owned_end_;  // of every rank
    RFactorNodes held_;
    std::shared_ptr<RFactorMerger> memory_;
    RFactorTransfer courier_;
};

}  // namespace rfhgn::linalg
