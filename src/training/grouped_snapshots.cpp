#include "grouped_snapshots.hpp"

#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex nodes_per_group = 1024;

GroupedSnapshots grouped(data::SnapshotBlock snapshots, model::NodeGrouper& grouper) {
    GroupedSnapshots block{std::move(snapshots), {}, {}};
    std::vector<LocalIndex> nodes;
    std::vector<LocalIndex> snapshot_of;
    const auto flush = [&] {
        if (nodes.empty()) return;
        block.groups.push_back(grouper.group(std::exchange(nodes, {})));
        block.snapshot_of.push_back(std::exchange(snapshot_of, {}));
    };
    for (std::size_t s = 0; s < block.nodes.size(); ++s)
        for (LocalIndex n = 0; n < block.nodes[s]; ++n) {
            nodes.push_back(block.first_node[s] + n);
            snapshot_of.push_back(static_cast<LocalIndex>(s));
            if (static_cast<LocalIndex>(nodes.size()) == nodes_per_group) flush();
        }
    flush();
    return block;
}

}  // namespace

std::vector<std::vector<GroupedSnapshots>> grouped_snapshots(const data::TrainingSet& set,
                                                             LocalIndex per_block, const char* key) {
    require(data::whole_snapshots(set.snapshots, set.leaves),
            Advice{fmt::format("set [train] {} to 0, or give more and smaller snapshots", key)},
            "rows of whole snapshots need at least {} of them, but there are {}", set.leaves, set.snapshots);
    model::NodeGrouper grouper(graph::atoms(set.graph, set.position), graph::neighbours(set.graph));
    std::vector<std::vector<GroupedSnapshots>> blocks;
    for (auto& leaf : data::snapshot_blocks(set, per_block)) {
        auto& of_leaf = blocks.emplace_back();
        for (auto& block : leaf) of_leaf.push_back(grouped(std::move(block), grouper));
    }
    return blocks;
}

}  // namespace rfhgn::training
