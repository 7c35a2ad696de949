#include "rfhgn/data/row_blocks.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::data {

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

namespace {

// Snapshots of the nodes [begin, end) of one piece by role, in order.
void collect(const TrainingSet& set, LocalIndex begin, LocalIndex end, SnapshotBlock& training,
             SnapshotBlock& held_out) {
    for (LocalIndex node = begin; node < end;) {
        const LocalIndex snapshot = set.snapshot[static_cast<std::size_t>(node)];
        const LocalIndex behind = std::min(end, set.snapshot_end(node));
        auto& role = set.role(node) == linalg::RowRole::training ? training : held_out;
        role.snapshots.push_back(snapshot);
        role.first_node.push_back(node);
        role.nodes.push_back(behind - node);
        node = behind;
    }
}

SnapshotBlock part(const SnapshotBlock& all, parallel::Range range) {
    const auto cut = [&](const std::vector<LocalIndex>& values) {
        return std::vector(values.begin() + range.begin, values.begin() + range.end);
    };
    return {cut(all.snapshots), cut(all.first_node), cut(all.nodes), all.role};
}

}  // namespace

std::vector<std::vector<SnapshotBlock>> snapshot_blocks(const TrainingSet& set, LocalIndex per_block) {
    RFHGN_ASSERT(set.leaves != no_leaves);
    const GlobalIndex first = set.graph.owned > 0 ? set.graph.node_id.front() : 0;
    std::vector<std::vector<SnapshotBlock>> blocks;
    for (const auto& leaf : set.pieces) {
        auto& of_leaf = blocks.emplace_back();
        for (const auto& piece : leaf) {
            SnapshotBlock training{{}, {}, {}, linalg::RowRole::training};
            SnapshotBlock held_out{{}, {}, {}, linalg::RowRole::held_out};
            collect(set, static_cast<LocalIndex>(piece.begin - first),
                    static_cast<LocalIndex>(piece.end - first), training, held_out);
            const BlockCut cut{static_cast<GlobalIndex>(training.snapshots.size()),
                               static_cast<GlobalIndex>(held_out.snapshots.size()), per_block};
            for (int b = 0; b < cut.count(); ++b)
                of_leaf.push_back(
                    part(cut.role(b) == linalg::RowRole::training ? training : held_out, cut.nodes(b)));
        }
    }
    return blocks;
}

}  // namespace rfhgn::data
