#include "rfhgn/data/row_blocks.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::data {

int BlockCut::count() const {
    int sum = 0;
    for (const GlobalIndex nodes : counts) sum += blocks(nodes);
    return sum;
}

int BlockCut::part(int block) const {
    int part = 0;
    while (block >= blocks(counts[static_cast<std::size_t>(part)]))
        block -= blocks(counts[static_cast<std::size_t>(part++)]);
    return part;
}

parallel::Range BlockCut::nodes(int block) const {
    std::size_t part = 0;
    for (; block >= blocks(counts[part]); ++part) block -= blocks(counts[part]);
    const GlobalIndex begin = GlobalIndex{block} * nodes_per_block;
    return {begin, std::min(begin + nodes_per_block, counts[part])};
}

std::vector<std::vector<NodeBlock>> node_blocks(const TrainingSet& set, LocalIndex nodes_per_block) {
    RFHGN_ASSERT(set.leaves != no_leaves);
    const GlobalIndex first = set.graph.owned > 0 ? set.graph.node_id.front() : 0;
    std::vector<std::vector<NodeBlock>> blocks;
    for (const auto& leaf : set.pieces) {
        auto& of_leaf = blocks.emplace_back();
        for (const auto& piece : leaf) {
            std::vector<std::vector<LocalIndex>> of_part(static_cast<std::size_t>(set.parts));
            for (GlobalIndex node = piece.begin; node < piece.end; ++node) {
                const auto local = static_cast<LocalIndex>(node - first);
                of_part[static_cast<std::size_t>(set.part[static_cast<std::size_t>(local)])].push_back(local);
            }
            std::vector<GlobalIndex> counts;
            for (const auto& nodes : of_part) counts.push_back(static_cast<GlobalIndex>(nodes.size()));
            const BlockCut cut{counts, nodes_per_block};
            for (int b = 0; b < cut.count(); ++b) {
                const auto range = cut.nodes(b);
                const auto& nodes = of_part[static_cast<std::size_t>(cut.part(b))];
                of_leaf.push_back(
                    {{nodes.begin() + range.begin, nodes.begin() + range.end}, cut.role(b), cut.part(b)});
            }
        }
    }
    return blocks;
}

namespace {

// Snapshots of the nodes [begin, end) of one piece by part, in order.
std::vector<SnapshotBlock> collect(const TrainingSet& set, LocalIndex begin, LocalIndex end) {
    std::vector<SnapshotBlock> of_part;
    for (int part = 0; part < set.parts; ++part)
        of_part.push_back({{}, {}, {}, linalg::RowRole::training, part});
    of_part.back().role = linalg::RowRole::held_out;
    for (LocalIndex node = begin; node < end;) {
        const auto at = static_cast<std::size_t>(node);
        const LocalIndex behind = std::min(end, set.snapshot_end(node));
        auto& part = of_part[static_cast<std::size_t>(set.part[at])];
        part.snapshots.push_back(set.snapshot[at]);
        part.first_node.push_back(node);
        part.nodes.push_back(behind - node);
        node = behind;
    }
    return of_part;
}

SnapshotBlock cut_out(const SnapshotBlock& all, parallel::Range range) {
    const auto cut = [&](const std::vector<LocalIndex>& values) {
        return std::vector(values.begin() + range.begin, values.begin() + range.end);
    };
    return {cut(all.snapshots), cut(all.first_node), cut(all.nodes), all.role, all.part};
}

}  // namespace

std::vector<std::vector<SnapshotBlock>> snapshot_blocks(const TrainingSet& set, LocalIndex per_block) {
    RFHGN_ASSERT(set.leaves != no_leaves);
    const GlobalIndex first = set.graph.owned > 0 ? set.graph.node_id.front() : 0;
    std::vector<std::vector<SnapshotBlock>> blocks;
    for (const auto& leaf : set.pieces) {
        auto& of_leaf = blocks.emplace_back();
        for (const auto& piece : leaf) {
            const auto of_part = collect(set, static_cast<LocalIndex>(piece.begin - first),
                                         static_cast<LocalIndex>(piece.end - first));
            std::vector<GlobalIndex> counts;
            for (const auto& part : of_part)
                counts.push_back(static_cast<GlobalIndex>(part.snapshots.size()));
            const BlockCut cut{counts, per_block};
            for (int b = 0; b < cut.count(); ++b)
                of_leaf.push_back(cut_out(of_part[static_cast<std::size_t>(cut.part(b))], cut.nodes(b)));
        }
    }
    return blocks;
}

}  // namespace rfhgn::data
