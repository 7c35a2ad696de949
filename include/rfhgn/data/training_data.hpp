#pragma once
/// Where training finds its data: in memory, or in a file that is gone through block by block, again for
/// every pass. Rows have the same bits either way.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "rfhgn/data/training_set.hpp"

namespace rfhgn::config {
class Section;
}

namespace rfhgn::data {

/// Sizes of the whole data set, the same on every rank.
struct DataFacts {
    int dimension = 3;
    GlobalIndex nodes = 0;
    GlobalIndex edges = 0;
    GlobalIndex snapshots = 0;
    GlobalIndex held_out_snapshots = 0;
    std::vector<std::string> edge_attribute_names;
    std::string units;
    potential::SpeciesNames species_names;
    int parts = 2;  ///< of snapshots, the held-out one is the last: see Split
};

/// What a block of rows is made of.
enum class RowUnit { node, snapshot };

/// Rows of one kind: how they are cut into blocks, which has to be known before data are read, and the source
/// that makes them of one training set. The source must cut as node_blocks or snapshot_blocks do.
struct RowKind {
    RowUnit unit;
    LocalIndex per_block;  ///< nodes or snapshots
    LocalIndex rows_each;  ///< of a node or a snapshot
    int columns;
    std::function<std::unique_ptr<linalg::RowSource>(const TrainingSet&)> make;
};

class TrainingData {
  public:
    virtual ~TrainingData() = default;
    [[nodiscard]] virtual const parallel::Communicator& comm() const noexcept = 0;
    [[nodiscard]] virtual const DataFacts& facts() const noexcept = 0;
    [[nodiscard]] virtual bool streamed() const noexcept = 0;
    /// Shows this rank's part of the data set, in one or several training sets. `use` must not communicate.
    /// Local: reading may throw on this rank alone.
    virtual void visit(const std::function<void(const TrainingSet&)>& use) const = 0;
    /// The rows of these kinds of the whole data set, a source for each; what is read serves all of them.
    /// Sources refer to the data and keep their kind; to produce a block may throw on this rank alone.
    [[nodiscard]] virtual std::vector<std::unique_ptr<linalg::RowSource>> rows(
        std::vector<RowKind> kinds) const = 0;
    [[nodiscard]] std::unique_ptr<linalg::RowSource> rows(RowKind kind) const {
        return std::move(rows(std::vector{std::move(kind)}).front());
    }
};

/// A training set as it is; `borrow` refers to it.
std::unique_ptr<TrainingData> in_memory(TrainingSet set);
std::unique_ptr<TrainingData> borrow(const TrainingSet& set);

/// What a rank holds at a time.
struct StreamSizes {
    GlobalIndex most_nodes = nodes_per_piece;  ///< of a piece: decides the bits of R factors
    GlobalIndex most_items = 262144;           ///< nodes and edges that are read at once
};

/// Data that stay where they are. The leaves must hold whole snapshots. *Collective.*
std::unique_ptr<TrainingData> stream(const parallel::Communicator& comm,
                                     std::unique_ptr<SnapshotSource> source, int leaves, const Split& split,
                                     StreamSizes sizes = {});

/// When data are streamed.
struct StreamOptions {
    std::string stream = "auto";  ///< "auto" (by data_memory), "always", "never"
    double data_memory = 512;     ///< MiB per rank that data in memory may take

    /// Declares the keys under the names of the fields.
    void bind(config::Section section);
};

/// Bytes that a rank needs, at most, to lay out its part of a data set in memory.
double data_bytes(const SnapshotTotals& totals, int ranks);

/// Reads a data set, or leaves it where it is, as the options say. *Collective.* Throws InputError when data
/// are to be streamed whose leaves cut through snapshots.
std::unique_ptr<TrainingData> open_data(const parallel::Communicator& comm,
                                        std::unique_ptr<SnapshotSource> source, int leaves,
                                        const Split& split, const StreamOptions& options);

}  // namespace rfhgn::data
