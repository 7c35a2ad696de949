#include "stream_index.hpp"

#include <numeric>
#include <utility>

namespace rfhgn::data {

using parallel::Range;

namespace {

class Indexer {
  public:
    Indexer(const Split& split, StreamSizes sizes) : split_(split), sizes_(sizes) {}

    void add_leaf(Range snapshots, const SnapshotOutline& outline) {
        for (const auto& range : cut_into_pieces(outline.node_offset, sizes_.most_nodes))
            add_piece(snapshots.begin, range, outline);
        index_.first_piece.push_back(index_.pieces.size());
    }
    StreamIndex take() { return std::move(index_); }

  private:
    void add_piece(GlobalIndex first, Range range, const SnapshotOutline& outline) {
        const auto parts = static_cast<std::size_t>(split_.parts());
        Piece piece{.snapshots = {first + range.begin, first + range.end},
                    .nodes = std::vector<GlobalIndex>(parts, 0),
                    .snapshot_counts = std::vector<GlobalIndex>(parts, 0)};
        for (auto s = static_cast<std::size_t>(range.begin); s < static_cast<std::size_t>(range.end); ++s) {
            const auto part = static_cast<std::size_t>(split_.part_of(outline.group[s]));
            piece.nodes[part] += outline.node_offset[s + 1] - outline.node_offset[s];
            piece.snapshot_counts[part] += 1;
        }
        const GlobalIndex items = std::accumulate(piece.nodes.begin(), piece.nodes.end(), GlobalIndex{0}) +
                                  outline.edge_offset[static_cast<std::size_t>(range.end)] -
                                  outline.edge_offset[static_cast<std::size_t>(range.begin)];
        const auto at = static_cast<GlobalIndex>(index_.pieces.size());
        if (index_.batches.empty() || items_ + items > sizes_.most_items) {
            index_.batches.push_back({at, at});
            items_ = 0;
        }
        items_ += items;
        index_.held_out_snapshots += piece.snapshot_counts.back();
        index_.batches.back().end = at + 1;
        piece.batch = index_.batches.size() - 1;
        index_.pieces.push_back(std::move(piece));
    }

    Split split_;
    StreamSizes sizes_;
    GlobalIndex items_ = 0;  // of the last batch
    StreamIndex index_;
};

}  // namespace

StreamIndex index_of(const parallel::Communicator& comm, const SnapshotSource& source, int leaves,
                     const Split& split, StreamSizes sizes) {
    Indexer indexer(split, sizes);
    const auto mine = owned_leaves(comm, leaves);
    for (GlobalIndex leaf = mine.begin; leaf < mine.end; ++leaf) {
        const auto snapshots = parallel::block_range(source.totals().snapshots, leaves, leaf);
        indexer.add_leaf(snapshots, source.outline(snapshots));
    }
    return indexer.take();
}

}  // namespace rfhgn::data
