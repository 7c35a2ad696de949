#include "row_blocks.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::training {

parallel::Range BlockCut::nodes(int block) const {
    const bool trains = role(block) == linalg::RowRole::training;
    const GlobalIndex begin = GlobalIndex{trains ? block : block - blocks(training)} * nodes_per_block;
    return {begin, std::min(begin + nodes_per_block, trains ? training : held_out)};
}

std::vector<std::vector<NodeBlock>> node_blocks(const TrainingSet& set, LocalIndex nodes_per_block) {
    RFHGN_ASSERT(set.leaves != no_leaves);
    const GlobalIndex first = set.graph.owned > 0 ? set.graph.node_id.front() : 0;
    std::vector<std::vector<NodeBlock>> blocks;
    for (const auto& leaf : set.pieces) {
        auto& of_leaf = blocks.emplace_back();
        for (const auto& piece : leaf) {
            std::vector<LocalIndex> of_role[2];
            for (GlobalIndex node = piece.begin; node < piece.end; ++node) {
                const auto local = static_cast<LocalIndex>(node - first);
                of_role[set.role(local) == linalg::RowRole::training ? 0 : 1].push_back(local);
            }
            const BlockCut cut{static_cast<GlobalIndex>(of_role[0].size()),
                               static_cast<GlobalIndex>(of_role[1].size()), nodes_per_block};
            for (int b = 0; b < cut.count(); ++b) {
                const auto range = cut.nodes(b);
                const auto& nodes = of_role[cut.role(b) == linalg::RowRole::training ? 0 : 1];
                of_leaf.push_back({{nodes.begin() + range.begin, nodes.begin() + range.end}, cut.role(b)});
            }
        }
    }
    return blocks;
}

}  // namespace rfhgn::training
