#pragma once
/// What is known of a rank's streamed data without holding them.

#include <vector>

#include "rfhgn/data/training_data.hpp"

namespace rfhgn::data {

/// Of whole snapshots, a part of one leaf whose rows are made together.
struct Piece {
    parallel::Range snapshots;
    std::vector<GlobalIndex> nodes{};            ///< of each part, see Split
    std::vector<GlobalIndex> snapshot_counts{};  ///< of each part
    std::size_t batch = 0;
};

/// The pieces of this rank's leaves, and the batches of pieces that are read at once.
struct StreamIndex {
    std::vector<std::size_t> first_piece{0};  ///< [owned leaves + 1]
    std::vector<Piece> pieces;
    std::vector<parallel::Range> batches;  ///< of pieces
    GlobalIndex held_out_snapshots = 0;
};

/// Cuts the leaves of this rank, whole snapshots each, by their outlines. Local: throws as outlines do.
StreamIndex index_of(const parallel::Communicator& comm, const SnapshotSource& source, int leaves,
                     const Split& split, StreamSizes sizes);

}  // namespace rfhgn::data
