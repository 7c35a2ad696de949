#pragma once

#include <span>
#include <vector>

#include "rfhgn/data/training_set.hpp"

namespace rfhgn::data {

/// How the nodes (or snapshots) of one piece fall into blocks of one part (see Split): parts in order, every
/// block but the last of its part full.
struct BlockCut {
    std::span<const GlobalIndex> counts;  ///< nodes of each part, the last one held out
    LocalIndex nodes_per_block;

    [[nodiscard]] int count() const;
    [[nodiscard]] int part(int block) const;
    [[nodiscard]] linalg::RowRole role(int block) const {
        return part(block) + 1 < static_cast<int>(counts.size()) ? linalg::RowRole::training
                                                                 : linalg::RowRole::held_out;
    }
    /// Nodes of a block, counted among the piece's nodes of its part.
    [[nodiscard]] parallel::Range nodes(int block) const;

  private:
    [[nodiscard]] int blocks(GlobalIndex nodes) const {
        return static_cast<int>((nodes + nodes_per_block - 1) / nodes_per_block);
    }
};

/// The nodes of one block of rows, all of one part and one piece.
struct NodeBlock {
    std::vector<LocalIndex> nodes;
    linalg::RowRole role;
    int part = 0;
};

/// Whole snapshots of one part and one piece.
struct SnapshotBlock {
    std::vector<LocalIndex> snapshots;   ///< into the per-snapshot arrays of the set
    std::vector<LocalIndex> first_node;  ///< local
    std::vector<LocalIndex> nodes;       ///< how many
    linalg::RowRole role;
    int part = 0;
};

/// The same cut of whole snapshots. Result: [owned leaves][blocks].
std::vector<std::vector<SnapshotBlock>> snapshot_blocks(const TrainingSet& set, LocalIndex per_block);

/// Cuts the owned nodes of every leaf into blocks, piece by piece. The cut depends only on the data set, not
/// on the ranks. Result: [owned leaves][blocks].
std::vector<std::vector<NodeBlock>> node_blocks(const TrainingSet& set, LocalIndex nodes_per_block);

}  // namespace rfhgn::data
