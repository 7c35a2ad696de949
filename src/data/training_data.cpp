#include "rfhgn/data/training_data.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"
#include "rfhgn/parallel/agreement.hpp"

namespace rfhgn::data {

namespace {

class BorrowedData : public TrainingData {
  public:
    explicit BorrowedData(const TrainingSet& set)
        : set_(set), facts_{set.graph.dimension, set.graph.total_nodes,  set.graph.total_edges,
                            set.snapshots,       set.held_out_snapshots, set.graph.edge_attributes.names,
                            set.units,           set.species_names,      set.parts} {}

    [[nodiscard]] const parallel::Communicator& comm() const noexcept override { return set_.comm; }
    [[nodiscard]] const DataFacts& facts() const noexcept override { return facts_; }
    [[nodiscard]] bool streamed() const noexcept override { return false; }
    void visit(const std::function<void(const TrainingSet&)>& use) const override { use(set_); }
    [[nodiscard]] std::vector<std::unique_ptr<linalg::RowSource>> rows(
        std::vector<RowKind> kinds) const override {
        std::vector<std::unique_ptr<linalg::RowSource>> sources;
        sources.reserve(kinds.size());
        for (const auto& kind : kinds) sources.push_back(kind.make(set_));
        return sources;
    }

  private:
    const TrainingSet& set_;
    DataFacts facts_;
};

// Base from member: the set must be there before what refers to it.
struct KeptSet {
    TrainingSet kept;
};
class OwnedData final : private KeptSet, public BorrowedData {
  public:
    explicit OwnedData(TrainingSet set) : KeptSet{std::move(set)}, BorrowedData(kept) {}
};

}  // namespace

std::unique_ptr<TrainingData> in_memory(TrainingSet set) {
    return std::make_unique<OwnedData>(std::move(set));
}

std::unique_ptr<TrainingData> borrow(const TrainingSet& set) {
    return std::make_unique<BorrowedData>(set);
}

void StreamOptions::bind(config::Section section) {
    section.choice(
        "stream", stream, {"auto", "always", "never"},
        "whether data stay in the file and are read block by block in every pass; auto: by data_memory");
    section.number("data_memory", data_memory, config::Interval::at_least(0), "MiB",
                   "memory per rank that data may take before they are streamed");
    section.only_if("data_memory", stream == "auto", "stream is \"auto\"");
}

double data_bytes(const SnapshotTotals& totals, int ranks) {
    // Measured: arrays of the set, and what laying the graph out needs on top of them for a while.
    const double per_node = 4.0 * totals.dimension * sizeof(double) + 96.0;
    const double per_edge =
        200.0 + 3.0 * sizeof(double) * static_cast<double>(totals.edge_attribute_names.size());
    return (static_cast<double>(totals.nodes) * per_node + static_cast<double>(totals.edges) * per_edge) /
           ranks;
}

std::unique_ptr<TrainingData> open_data(const parallel::Communicator& comm,
                                        std::unique_ptr<SnapshotSource> source, int leaves,
                                        const Split& split, const StreamOptions& options) {
    const auto& totals = source->totals();
    const bool whole = whole_snapshots(totals.snapshots, leaves);
    require(whole || options.stream != "always",
            Advice{"use stream = \"auto\", or give more and smaller snapshots"},
            "data are streamed by whole snapshots, at least {} of them, but there are {}", leaves,
            totals.snapshots);
    const bool large = data_bytes(totals, comm.size()) > options.data_memory * 1024 * 1024;
    if (whole && (options.stream == "always" || (options.stream == "auto" && large)))
        return stream(comm, std::move(source), leaves, split);
    auto set =
        whole ? parallel::together(
                    comm,
                    [&] { return source->read_snapshots(owned_snapshots(comm, totals.snapshots, leaves)); })
              : source->read(owned_nodes(comm, totals.nodes, leaves));
    return in_memory(make_training_set(comm, std::move(set), leaves, split));
}

}  // namespace rfhgn::data
