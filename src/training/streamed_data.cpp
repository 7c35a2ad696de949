#include <functional>
#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/coordinate_training.hpp"
#include "rfhgn/training/rows.hpp"
#include "rfhgn/training/training_data.hpp"

#include "lay_out.hpp"
#include "row_blocks.hpp"

namespace rfhgn::training {

using parallel::Range;

namespace {

struct Piece {
    Range snapshots;
    GlobalIndex training = 0;  // nodes
    GlobalIndex held_out = 0;
    GlobalIndex training_snapshots = 0;
    GlobalIndex held_out_snapshots = 0;
    std::size_t batch = 0;
};

// What is known of this rank's data without holding them: its pieces, and the batches of pieces that are read
// at once.
struct Index {
    std::vector<std::size_t> first_piece{0};  // [owned leaves + 1]
    std::vector<Piece> pieces;
    std::vector<Range> batches;  // of pieces
    GlobalIndex held_out_snapshots = 0;
};

class Indexer {
  public:
    Indexer(double held_out_fraction, StreamSizes sizes) : fraction_(held_out_fraction), sizes_(sizes) {}

    void add_leaf(Range snapshots, const graph::SnapshotOutline& outline) {
        for (const auto& range : cut_into_pieces(outline.node_offset, sizes_.most_nodes))
            add_piece(snapshots.begin, range, outline);
        index_.first_piece.push_back(index_.pieces.size());
    }
    Index take() { return std::move(index_); }

  private:
    void add_piece(GlobalIndex first, Range range, const graph::SnapshotOutline& outline) {
        Piece piece{.snapshots = {first + range.begin, first + range.end}};
        for (auto s = static_cast<std::size_t>(range.begin); s < static_cast<std::size_t>(range.end); ++s) {
            const GlobalIndex nodes = outline.node_offset[s + 1] - outline.node_offset[s];
            const bool held = is_held_out(outline.trajectory[s], fraction_);
            (held ? piece.held_out : piece.training) += nodes;
            (held ? piece.held_out_snapshots : piece.training_snapshots) += 1;
        }
        const GlobalIndex items = piece.training + piece.held_out +
                                  outline.edge_offset[static_cast<std::size_t>(range.end)] -
                                  outline.edge_offset[static_cast<std::size_t>(range.begin)];
        const auto at = static_cast<GlobalIndex>(index_.pieces.size());
        if (index_.batches.empty() || items_ + items > sizes_.most_items) {
            index_.batches.push_back({at, at});
            items_ = 0;
        }
        items_ += items;
        index_.held_out_snapshots += piece.held_out_snapshots;
        index_.batches.back().end = at + 1;
        piece.batch = index_.batches.size() - 1;
        index_.pieces.push_back(piece);
    }

    double fraction_;
    StreamSizes sizes_;
    GlobalIndex items_ = 0;  // of the last batch
    Index index_;
};

class StreamedData final : public TrainingData {
  public:
    StreamedData(const parallel::Communicator& comm, std::unique_ptr<graph::SnapshotSource> source,
                 int leaves, double held_out_fraction, StreamSizes sizes)
        : comm_(comm), source_(std::move(source)), leaves_(leaves), fraction_(held_out_fraction) {
        const auto& totals = source_->totals();
        RFHGN_ASSERT(whole_snapshots(totals.snapshots, leaves));
        index_ = parallel::together(comm, [&] {
            Indexer indexer(fraction_, sizes);
            const auto mine = training::owned_leaves(comm, leaves);
            for (GlobalIndex leaf = mine.begin; leaf < mine.end; ++leaf) {
                const auto snapshots = parallel::block_range(totals.snapshots, leaves, leaf);
                indexer.add_leaf(snapshots, source_->outline(snapshots));
            }
            return indexer.take();
        });
        facts_ = {totals.dimension,
                  totals.nodes,
                  totals.edges,
                  totals.snapshots,
                  parallel::sum(comm, index_.held_out_snapshots),
                  totals.edge_attribute_names,
                  totals.units};
    }

    [[nodiscard]] const parallel::Communicator& comm() const noexcept override { return comm_; }
    [[nodiscard]] const DataFacts& facts() const noexcept override { return facts_; }
    [[nodiscard]] bool streamed() const noexcept override { return true; }
    [[nodiscard]] int leaves() const noexcept { return leaves_; }
    [[nodiscard]] const Index& index() const noexcept { return index_; }

    void visit(const std::function<void(const TrainingSet&)>& use) const override {
        for (std::size_t batch = 0; batch < index_.batches.size(); ++batch) use(load(batch));
    }
    [[nodiscard]] std::unique_ptr<linalg::RowSource> kinetic_rows(
        const model::PairwiseModel& model) const override;
    [[nodiscard]] std::unique_ptr<linalg::RowSource> message_rows(
        const model::PairwiseModel& model) const override;
    [[nodiscard]] std::unique_ptr<linalg::RowSource> coordinate_rows(
        const model::CoordinateNetwork& model) const override;
    [[nodiscard]] std::unique_ptr<linalg::RowSource> energy_rows(const model::PairwiseModel& model,
                                                                 double weight) const override;

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
        return lay_out(parallel::Communicator::self(), std::move(set), leaves, std::move(nodes), fraction_);
    }

  private:
    // Rows are cut by what the outline said, before the data came: they must still be those.
    void require_as_indexed(const Piece& piece, Range here, const graph::SnapshotSet& set) const {
        GlobalIndex training = 0;
        GlobalIndex held_out = 0;
        for (auto s = static_cast<std::size_t>(here.begin); s < static_cast<std::size_t>(here.end); ++s)
            (is_held_out(set.trajectory[s], fraction_) ? held_out : training) +=
                set.node_offset[s + 1] - set.node_offset[s];
        require<RunError>(training == piece.training && held_out == piece.held_out,
                          Advice{"leave the data set alone while it is in use, and run again"},
                          "the data of snapshots {} to {} changed while they were streamed",
                          piece.snapshots.begin, piece.snapshots.end - 1);
    }

    parallel::Communicator comm_;
    std::unique_ptr<graph::SnapshotSource> source_;
    int leaves_;
    double fraction_;
    Index index_;
    DataFacts facts_;
};

using MakeRows = std::function<std::unique_ptr<linalg::RowSource>(const TrainingSet&)>;

// How rows of a kind are cut without making them.
struct RowCut {
    int columns;
    bool of_snapshots;  // blocks hold snapshots, not nodes
    LocalIndex per_block;
    int rows_each;  // of a node or a snapshot
};

// Rows of one batch at a time, made by the source of data in memory.
class StreamedRows final : public linalg::RowSource {
  public:
    StreamedRows(const StreamedData& data, MakeRows make, RowCut cut)
        : data_(data), make_(std::move(make)), cut_(cut) {}

    [[nodiscard]] int columns() const override { return cut_.columns; }
    [[nodiscard]] int leaves() const override { return data_.leaves(); }
    [[nodiscard]] Range owned_leaves() const override {
        return training::owned_leaves(data_.comm(), data_.leaves());
    }
    [[nodiscard]] int blocks(int leaf) const override {
        int count = 0;
        const auto [begin, end] = pieces(leaf);
        for (std::size_t piece = begin; piece < end; ++piece) count += cut(piece).count();
        return count;
    }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        const auto [piece, local] = find(leaf, block);
        return static_cast<LocalIndex>(cut(piece).nodes(local).size()) * cut_.rows_each;
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        const auto [piece, local] = find(leaf, block);
        return cut(piece).role(local);
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto [piece, local] = find(leaf, block);
        const int loaded = loaded_leaf(piece);
        rows_->produce(loaded, local, out);
    }
    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto [piece, local] = find(leaf, block);
        const int loaded = loaded_leaf(piece);
        rows_->groups(loaded, local, group);
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
        if (cut_.of_snapshots) return {of.training_snapshots, of.held_out_snapshots, cut_.per_block};
        return {of.training, of.held_out, cut_.per_block};
    }
    [[nodiscard]] Place find(int leaf, int block) const {
        std::size_t piece = pieces(leaf).first;
        while (block >= cut(piece).count()) block -= cut(piece++).count();
        return {piece, block};
    }
    // The piece as a leaf of its batch, which is in memory afterwards.
    [[nodiscard]] int loaded_leaf(std::size_t piece) const {
        const std::size_t batch = data_.index().pieces[piece].batch;
        if (!rows_ || batch_ != batch) load(batch);
        return static_cast<int>(piece - static_cast<std::size_t>(data_.index().batches[batch].begin));
    }
    // The old batch goes before the new one comes: memory holds one.
    void load(std::size_t batch) const {
        rows_.reset();
        set_.reset();
        set_.emplace(data_.load(batch));
        rows_ = make_(*set_);
        batch_ = batch;
    }

    const StreamedData& data_;
    MakeRows make_;
    RowCut cut_;
    mutable std::size_t batch_ = 0;
    mutable std::optional<TrainingSet> set_;
    mutable std::unique_ptr<linalg::RowSource> rows_;
};

std::unique_ptr<linalg::RowSource> StreamedData::kinetic_rows(const model::PairwiseModel& model) const {
    return std::make_unique<StreamedRows>(
        *this, [&model](const TrainingSet& set) { return training::kinetic_rows(set, model); },
        RowCut{model.node.width, false, kinetic_nodes_per_block, 1});
}

std::unique_ptr<linalg::RowSource> StreamedData::message_rows(const model::PairwiseModel& model) const {
    return std::make_unique<StreamedRows>(
        *this, [&model](const TrainingSet& set) { return training::message_rows(set, model); },
        RowCut{model.message_columns(), false, message_nodes_per_block, facts_.dimension});
}

std::unique_ptr<linalg::RowSource> StreamedData::coordinate_rows(
    const model::CoordinateNetwork& model) const {
    return std::make_unique<StreamedRows>(
        *this, [&model](const TrainingSet& set) { return training::coordinate_rows(set, model); },
        RowCut{model.columns(), false, coordinate_nodes_per_block, 2 * facts_.dimension});
}

std::unique_ptr<linalg::RowSource> StreamedData::energy_rows(const model::PairwiseModel& model,
                                                             double weight) const {
    return std::make_unique<StreamedRows>(
        *this, [&model, weight](const TrainingSet& set) { return training::energy_rows(set, model, weight); },
        RowCut{model.message_columns(), true, energies_per_block, 1});
}

}  // namespace

std::unique_ptr<TrainingData> stream(const parallel::Communicator& comm,
                                     std::unique_ptr<graph::SnapshotSource> source, int leaves,
                                     double held_out_fraction, StreamSizes sizes) {
    return std::make_unique<StreamedData>(comm, std::move(source), leaves, held_out_fraction, sizes);
}

}  // namespace rfhgn::training
