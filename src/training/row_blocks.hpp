#pragma once

#include <vector>

#include "rfhgn/training/training_set.hpp"

namespace rfhgn::training {

/// The nodes of one block of rows, all of one role and one leaf.
struct NodeBlock {
    std::vector<LocalIndex> nodes;
    linalg::RowRole role;
};

/// Cuts the owned nodes of every leaf into blocks of at most `nodes_per_block` nodes of one role. The cut
/// depends only on the data set, not on the ranks. Result: [owned leaves][blocks].
std::vector<std::vector<NodeBlock>> node_blocks(const TrainingSet& set, LocalIndex nodes_per_block);

}  // namespace rfhgn::training
