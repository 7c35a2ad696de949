#include "row_blocks.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::training {

std::vector<std::vector<NodeBlock>> node_blocks(const TrainingSet& set, LocalIndex nodes_per_block) {
    RFHGN_ASSERT(set.leaves != no_leaves);
    const auto leaves = owned_leaves(set.comm, set.leaves);
    const auto mine = owned_nodes(set.comm, set.graph.total_nodes, set.leaves);
    std::vector<std::vector<NodeBlock>> blocks;
    for (GlobalIndex leaf = leaves.begin; leaf < leaves.end; ++leaf) {
        auto& of_leaf = blocks.emplace_back();
        const auto range = parallel::block_range(set.graph.total_nodes, set.leaves, leaf);
        for (const auto role : {linalg::RowRole::training, linalg::RowRole::held_out}) {
            NodeBlock block{{}, role};
            for (GlobalIndex node = range.begin; node < range.end; ++node) {
                const auto local = static_cast<LocalIndex>(node - mine.begin);
                if (set.role(local) != role) continue;
                block.nodes.push_back(local);
                if (static_cast<LocalIndex>(block.nodes.size()) < nodes_per_block) continue;
                of_leaf.push_back(std::move(block));
                block = NodeBlock{{}, role};
            }
            if (!block.nodes.empty()) of_leaf.push_back(std::move(block));
        }
    }
    return blocks;
}

}  // namespace rfhgn::training
