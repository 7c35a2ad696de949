#pragma once
/// Whole snapshots whose rows are made together, one or a few rows each.

#include <vector>

#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/model/pairwise/force_rows.hpp"

namespace rfhgn::training {

/// The nodes of the snapshots are cut into groups, so that the features of all edges of a large snapshot need
/// not be in memory at once.
struct GroupedSnapshots : data::SnapshotBlock {
    std::vector<model::NodeGroup> groups;
    std::vector<std::vector<LocalIndex>> snapshot_of;  ///< [groups][nodes], place in `snapshots`
};

/// The blocks of data::snapshot_blocks, [owned leaves][blocks]. Throws InputError when leaves cut through
/// snapshots; `key` is the key of [train] that asks for such rows.
std::vector<std::vector<GroupedSnapshots>> grouped_snapshots(const data::TrainingSet& set,
                                                             LocalIndex per_block, const char* key);

}  // namespace rfhgn::training
