#pragma once
/// What is known of a rank's streamed data without holding them.

#include <vector>

#include "rfhgn/data/training_data.hpp"

namespace rfhgn::data {

/// Of whole snapshots, a part of one leaf whose rows are made together.
struct Piece {
    parallel::Range snapshots;
    GlobalIndex training = 0;  ///< nodes
    GlobalIndex held_out = 0;
    GlobalIndex training_snapshots = 0;
    GlobalIndex held_out_snapshots = 0;
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
                     double held_out_fraction, StreamSizes sizes);

}  // namespace rfhgn::data
