#pragma once

#include "rfhgn/data/training_set.hpp"

namespace rfhgn::data {

/// Node ranges of pieces that were cut from the snapshots that begin at `node_offset`.
std::vector<parallel::Range> node_ranges(std::span<const parallel::Range> pieces,
                                         std::span<const GlobalIndex> node_offset);

/// make_training_set with the pieces [owned leaves] given. *Collective.*
TrainingSet lay_out(const parallel::Communicator& comm, SnapshotSet set, int leaves,
                    std::vector<std::vector<parallel::Range>> pieces, const Split& split);

}  // namespace rfhgn::data
