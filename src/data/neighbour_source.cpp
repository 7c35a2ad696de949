#include "rfhgn/data/neighbour_source.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/partition.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/graph/neighbour_search.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::data {

using parallel::Range;

namespace {

std::size_t index(GlobalIndex i) {
    return static_cast<std::size_t>(i);
}

std::vector<graph::Neighbours> neighbours_of(const SnapshotSet& set, std::size_t snapshot, double cutoff) {
    const auto d = static_cast<GlobalIndex>(set.totals.dimension);
    const GlobalIndex begin = (set.node_offset[snapshot] - set.part.nodes.begin) * d;
    const GlobalIndex end = (set.node_offset[snapshot + 1] - set.part.nodes.begin) * d;
    return graph::find_neighbours(set.box[snapshot],
                                  std::span(set.position).subspan(index(begin), index(end - begin)), cutoff);
}

void append_edges(graph::GraphPart& part, const graph::Box& box, GlobalIndex first_node,
                  std::span<const graph::Neighbours> pairs) {
    const auto d = static_cast<std::size_t>(part.dimension);
    const auto shifts = graph::edge_shifts(box, pairs);
    // From the first shifted edge on, every edge has a shift.
    if (!shifts.empty() || !part.edge_shift.empty()) {
        part.edge_shift.resize(part.edges.size() * d, 0.0);
        part.edge_shift.insert(part.edge_shift.end(), shifts.begin(), shifts.end());
        part.edge_shift.resize((part.edges.size() + pairs.size()) * d, 0.0);
    }
    for (const auto& pair : pairs) part.edges.push_back({first_node + pair.first, first_node + pair.second});
}

// Totals and ids are the caller's.
void find_edges(SnapshotSet& set, double cutoff) {
    RFHGN_ASSERT(set.box.size() == set.snapshot_count());
    for (std::size_t s = 0; s < set.box.size(); ++s)
        append_edges(set.part, set.box[s], set.node_offset[s], neighbours_of(set, s, cutoff));
    set.totals.boxes = false;
}

class CutoffSource final : public SnapshotSource {
  public:
    CutoffSource(const parallel::Communicator& comm, std::unique_ptr<SnapshotSource> data, double cutoff,
                 Range own)
        : comm_(comm), data_(std::move(data)), cutoff_(cutoff), own_(own), totals_(data_->totals()) {
        edge_offset_ = parallel::together(comm, [&] { return count(); });
        const GlobalIndex edges = edge_offset_.back();
        const GlobalIndex before = parallel::exclusive_sum(comm, edges);
        for (GlobalIndex& offset : edge_offset_) offset += before;
        totals_.edges = parallel::sum(comm, edges);
        totals_.boxes = false;
    }

    [[nodiscard]] const SnapshotTotals& totals() const noexcept override { return totals_; }

    // Whole snapshots are read and their nodes moved to where they are wanted; edges may be on any rank.
    [[nodiscard]] SnapshotSet read(Range nodes) const override {
        auto set = parallel::together(comm_, [&] { return read_snapshots(own_); });
        return move_nodes(comm_, {std::move(set), {}}, nodes).set;
    }

    [[nodiscard]] SnapshotSet read_snapshots(Range snapshots) const override {
        auto set = data_->read_snapshots(snapshots);
        set.part.first_edge_id = offset(snapshots.begin);
        find_edges(set, cutoff_);
        set.totals = totals_;
        return set;
    }

    [[nodiscard]] SnapshotOutline outline(Range snapshots) const override {
        auto outline = data_->outline(snapshots);
        for (GlobalIndex s = snapshots.begin; s <= snapshots.end; ++s)
            outline.edge_offset[index(s - snapshots.begin)] = offset(s);
        return outline;
    }

  private:
    [[nodiscard]] std::vector<GlobalIndex> count() const {
        std::vector<GlobalIndex> offsets{0};
        for (GlobalIndex s = own_.begin; s < own_.end; ++s) {
            const auto set = data_->read_snapshots({s, s + 1});
            offsets.push_back(offsets.back() +
                              static_cast<GlobalIndex>(neighbours_of(set, 0, cutoff_).size()));
        }
        return offsets;
    }
    [[nodiscard]] GlobalIndex offset(GlobalIndex snapshot) const {
        RFHGN_ASSERT(snapshot >= own_.begin && snapshot <= own_.end);
        return edge_offset_[index(snapshot - own_.begin)];
    }

    parallel::Communicator comm_;
    std::unique_ptr<SnapshotSource> data_;
    double cutoff_;
    Range own_;
    SnapshotTotals totals_;
    std::vector<GlobalIndex> edge_offset_;  // of the own snapshots
};

}  // namespace

void add_edges(const parallel::Communicator& comm, SnapshotSet& set, double cutoff) {
    parallel::together(comm, [&] { find_edges(set, cutoff); });
    const auto edges = static_cast<GlobalIndex>(set.part.edges.size());
    set.part.first_edge_id = parallel::exclusive_sum(comm, edges);
    set.totals.edges = parallel::sum(comm, edges);
}

std::unique_ptr<SnapshotSource> with_edges(const parallel::Communicator& comm,
                                           std::unique_ptr<SnapshotSource> data, double cutoff, int leaves) {
    const auto& totals = data->totals();
    if (!totals.boxes) return data;
    require(cutoff > 0, Advice{"set cutoff in [model]: the distance where forces between particles end"},
            "the data set has boxes, whose edges follow from a cutoff, but the model has none");
    const bool whole = leaves != no_leaves && whole_snapshots(totals.snapshots, leaves);
    const Range own = whole ? owned_snapshots(comm, totals.snapshots, leaves)
                            : parallel::block_range(totals.snapshots, comm.size(), comm.rank());
    return std::make_unique<CutoffSource>(comm, std::move(data), cutoff, own);
}

}  // namespace rfhgn::data
