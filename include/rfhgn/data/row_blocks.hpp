#pragma once

#include <vector>

#include "rfhgn/data/training_set.hpp"

namespace rfhgn::data {

/// How the nodes (or snapshots) of one piece fall into blocks of one role: training nodes first, every block
/// but the last of its role full.
struct BlockCut {
    GlobalIndex training;  ///< nodes
    GlobalIndex held_out;
    LocalIndex nodes_per_block;

    [[nodiscard]] int count() const { return blocks(training) + blocks(held_out); }
    [[nodiscard]] linalg::RowRole role(int block) const {
        return block < blocks(training) ? linalg::RowRole::training : linalg::RowRole::held_out;
    }
    /// Nodes of a block, counted among the piece's nodes of its role.
    [[nodiscard]] parallel::Range nodes(int block) const;

  private:
    [[nodiscard]] int blocks(GlobalIndex nodes) const {
        return static_cast<int>((nodes + nodes_per_block - 1) / nodes_per_block);
    }
};

/// The nodes of one block of rows, all of one role and one piece.
struct NodeBlock {
    std::vector<LocalIndex> nodes;
    linalg::RowRole role;
};

/// Whole snapshots of one role and one piece.
struct SnapshotBlock {
    std::vector<LocalIndex> snapshots;   ///< into the per-snapshot arrays of the set
    std::vector<LocalIndex> first_node;  ///< local
    std::vector<LocalIndex> nodes;       ///< how many
    linalg::RowRole role;
};

/// The same cut of whole snapshots. Result: [owned leaves][blocks].
std::vector<std::vector<SnapshotBlock>> snapshot_blocks(const TrainingSet& set, LocalIndex per_block);

/// Cuts the owned nodes of every leaf into blocks, piece by piece. The cut depends only on the data set, not
/// on the ranks. Result: [owned leaves][blocks].
std::vector<std::vector<NodeBlock>> node_blocks(const TrainingSet& set, LocalIndex nodes_per_block);

}  // namespace rfhgn::data
