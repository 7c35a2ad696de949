#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/data/training_data.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "lay_out.hpp"
#include "stream_index.hpp"

namespace rfhgn::data {

using parallel::Range;

namespace {

class StreamedData final : public TrainingData {
  public:
    StreamedData(const parallel::Communicator& comm, std::unique_ptr<SnapshotSource> source, int leaves,
                 const Split& split, StreamSizes sizes)
        : comm_(comm), source_(std::move(source)), leaves_(leaves), split_(split) {
        const auto& totals = source_->totals();
        RFHGN_ASSERT(whole_snapshots(totals.snapshots, leaves));
        index_ = parallel::together(comm, [&] { return index_of(comm, *source_, leaves, split, sizes); });
        facts_ = {totals.dimension,
                  totals.nodes,
                  totals.edges,
                  totals.snapshots,
                  parallel::sum(comm, index_.held_out_snapshots),
                  totals.edge_attribute_names,
                  totals.units,
                  totals.species_names,
                  split.parts()};
    }

    [[nodiscard]] const parallel::Communicator& comm() const noexcept override { return comm_; }
    [[nodiscard]] const DataFacts& facts() const noexcept override { return facts_; }
    [[nodiscard]] bool streamed() const noexcept override { return true; }
    [[nodiscard]] int leaves() const noexcept { return leaves_; }
    [[nodiscard]] const StreamIndex& index() const noexcept { return index_; }

    void visit(const std::function<void(const TrainingSet&)>& use) const override {
        for (std::size_t batch = 0; batch < index_.batches.size(); ++batch) use(load(batch));
    }
    [[nodiscard]] std::vector<std::unique_ptr<linalg::RowSource>> rows(
        std::vector<RowKind> kinds) const override;

    // The pieces of a batch as the leaves of a training set of this rank alone.
    [[nodiscard]] TrainingSet load(std::size_t batch) const {
        const Range range = index_.batches[batch];
        const auto pieces =
            std::span(index_.pieces)
                .subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
        const GlobalIndex first = pieces.front().snapshots.begin;
        auto set = source_->read_snapshots({first, pieces.back().snapshots.end});
        std::vector<std::vector<Range>> nodes;
        for (const auto& piece : pieces) {
            const Range here{piece.snapshots.begin - first, piece.snapshots.end - first};
            require_as_indexed(piece, here, set);
            nodes.push_back(node_ranges(std::span(&here, 1), set.node_offset));
        }
        const auto leaves = static_cast<int>(pieces.size());
        return lay_out(parallel::Communicator::self(), std::move(set), leaves, std::move(nodes), split_);
    }

  private:
    // Rows are cut by what the outline said, before the data came: they must still be those.
    void require_as_indexed(const Piece& piece, Range here, const SnapshotSet& set) const {
        std::vector<GlobalIndex> nodes(piece.nodes.size(), 0);
        for (auto s = static_cast<std::size_t>(here.begin); s < static_cast<std::size_t>(here.end); ++s)
            nodes[static_cast<std::size_t>(split_.part_of(set.group_of(s)))] +=
                set.node_offset[s + 1] - set.node_offset[s];
        require<RunError>(nodes == piece.nodes,
                          Advice{"leave the data set alone while it is in use, and run again"},
                          "the data of snapshots {} to {} changed while they were streamed",
                          piece.snapshots.begin, piece.snapshots.end - 1);
    }

    parallel::Communicator comm_;
    std::unique_ptr<SnapshotSource> source_;
    int leaves_;
    Split split_;
    StreamIndex index_;
    DataFacts facts_;
};

// The batch that is in memory, and its rows of each kind.
class LoadedBatch {
  public:
    LoadedBatch(const StreamedData& data, std::vector<RowKind> kinds)
        : data_(data), kinds_(std::move(kinds)), rows_(kinds_.size()) {}

    [[nodiscard]] const RowKind& kind(std::size_t number) const { return kinds_[number]; }

    // Rows of this kind of the batch, which is in memory afterwards.
    const linalg::RowSource& rows(std::size_t number, std::size_t batch) {
        if (!set_ || batch_ != batch) load(batch);
        auto& rows = rows_[number];
        if (!rows) rows = kinds_[number].make(*set_);
        RFHGN_ASSERT(rows->columns() == kinds_[number].columns);
        return *rows;
    }

  private:
    // The old batch goes before the new one comes: memory holds one.
    void load(std::size_t batch) {
        for (auto& rows : rows_) rows.reset();
        set_.reset();
        set_.emplace(data_.load(batch));
        batch_ = batch;
    }

    const StreamedData& data_;
    std::vector<RowKind> kinds_;
    std::size_t batch_ = 0;
    std::optional<TrainingSet> set_;
    std::vector<std::unique_ptr<linalg::RowSource>> rows_;
};

// Rows of one kind, one batch at a time, made by the source of data in memory.
class StreamedRows final : public linalg::RowSource {
  public:
    StreamedRows(const StreamedData& data, std::shared_ptr<LoadedBatch> loaded, std::size_t number)
        : data_(data), loaded_(std::move(loaded)), number_(number), kind_(loaded_->kind(number)) {}

    [[nodiscard]] int columns() const override { return kind_.columns; }
    [[nodiscard]] int leaves() const override { return data_.leaves(); }
    [[nodiscard]] Range owned_leaves() const override {
        return data::owned_leaves(data_.comm(), data_.leaves());
    }
    [[nodiscard]] int blocks(int leaf) const override {
        int count = 0;
        const auto [begin, end] = pieces(leaf);
        for (std::size_t piece = begin; piece < end; ++piece) count += cut(piece).count();
        return count;
    }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        const auto [piece, local] = find(leaf, block);
        return static_cast<LocalIndex>(cut(piece).nodes(local).size()) * kind_.rows_each;
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        const auto [piece, local] = find(leaf, block);
        return cut(piece).role(local);
    }
    [[nodiscard]] int part(int leaf, int block) const override {
        const auto [piece, local] = find(leaf, block);
        return cut(piece).part(local);
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto [piece, local] = find(leaf, block);
        const auto& rows = rows_with(piece);
        RFHGN_ASSERT(rows.rows(place_in_batch(piece), local) == out.rows);
        rows.produce(place_in_batch(piece), local, out);
    }
    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto [piece, local] = find(leaf, block);
        rows_with(piece).groups(place_in_batch(piece), local, group);
    }

  private:
    struct Place {
        std::size_t piece;
        int block;
    };

    [[nodiscard]] std::pair<std::size_t, std::size_t> pieces(int leaf) const {
        const auto l = static_cast<std::size_t>(leaf - owned_leaves().begin);
        return {data_.index().first_piece[l], data_.index().first_piece[l + 1]};
    }
    [[nodiscard]] BlockCut cut(std::size_t piece) const {
        const auto& of = data_.index().pieces[piece];
        return {kind_.unit == RowUnit::snapshot ? of.snapshot_counts : of.nodes, kind_.per_block};
    }
    [[nodiscard]] Place find(int leaf, int block) const {
        std::size_t piece = pieces(leaf).first;
        while (block >= cut(piece).count()) block -= cut(piece++).count();
        return {piece, block};
    }
    // A piece is a leaf of its batch.
    [[nodiscard]] int place_in_batch(std::size_t piece) const {
        const auto& batch = data_.index().batches[data_.index().pieces[piece].batch];
        return static_cast<int>(piece - static_cast<std::size_t>(batch.begin));
    }
    [[nodiscard]] const linalg::RowSource& rows_with(std::size_t piece) const {
        return loaded_->rows(number_, data_.index().pieces[piece].batch);
    }

    const StreamedData& data_;
    std::shared_ptr<LoadedBatch> loaded_;  // of all kinds that were asked for together
    std::size_t number_;
    const RowKind& kind_;
};

std::vector<std::unique_ptr<linalg::RowSource>> StreamedData::rows(std::vector<RowKind> kinds) const {
    const std::size_t count = kinds.size();
    const auto loaded = std::make_shared<LoadedBatch>(*this, std::move(kinds));
    std::vector<std::unique_ptr<linalg::RowSource>> sources;
    for (std::size_t k = 0; k < count; ++k)
        sources.push_back(std::make_unique<StreamedRows>(*this, loaded, k));
    return sources;
}

}  // namespace

std::unique_ptr<TrainingData> stream(const parallel::Communicator& comm,
                                     std::unique_ptr<SnapshotSource> source, int leaves, const Split& split,
                                     StreamSizes sizes) {
    return std::make_unique<StreamedData>(comm, std::move(source), leaves, split, sizes);
}

}  // namespace rfhgn::data
