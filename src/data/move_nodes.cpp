#include <algorithm>

#include "rfhgn/data/time_series.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::data {

namespace {

using parallel::Range;

// Consecutive items of all ranks, cut anew.
class Recut {
  public:
    Recut(const parallel::Communicator& comm, Range source, Range target)
        : comm_(comm),
          source_(source),
          begins_(parallel::all_gather(comm, target.begin)),
          ends_(parallel::all_gather(comm, target.end)) {}

    // Whether any of `items` goes to this rank.
    [[nodiscard]] bool touches(std::size_t rank, Range items) const {
        return std::max(items.begin, begins_[rank]) < std::min(items.end, ends_[rank]);
    }

    // Values of the items, `width` of each, go where the items go.
    template <class T>
    void move(std::vector<T>& values, std::size_t width) const {
        std::vector<std::vector<T>> outgoing(begins_.size());
        for (std::size_t rank = 0; rank < outgoing.size(); ++rank) {
            if (!touches(rank, source_)) continue;
            const auto at = [&](GlobalIndex item) {
                return values.begin() + (item - source_.begin) * static_cast<std::ptrdiff_t>(width);
            };
            outgoing[rank].assign(at(std::max(source_.begin, begins_[rank])),
                                  at(std::min(source_.end, ends_[rank])));
        }
        values = exchanged(outgoing);
    }

    template <class T>
    [[nodiscard]] std::vector<T> exchanged(const std::vector<std::vector<T>>& outgoing) const {
        std::vector<T> result;
        for (const auto& part : parallel::all_to_all(comm_, outgoing))
            result.insert(result.end(), part.begin(), part.end());
        return result;
    }

    [[nodiscard]] std::size_t ranks() const noexcept { return begins_.size(); }

  private:
    const parallel::Communicator& comm_;
    Range source_;
    std::vector<GlobalIndex> begins_;
    std::vector<GlobalIndex> ends_;
};

struct Snapshot {
    GlobalIndex index;
    Range nodes;
    GlobalIndex trajectory;
    GlobalIndex group;
    GlobalIndex config_type;
    double energy;
    double time;
    Virial virial;
    graph::Box box;
};

// What snapshots may lack, of all or of none.
struct Optional {
    bool group;
    bool config_type;
    bool virial;
    bool box;
};

Snapshot snapshot_of(const SnapshotSet& set, std::size_t s) {
    return {set.first_snapshot + static_cast<GlobalIndex>(s),
            {set.node_offset[s], set.node_offset[s + 1]},
            set.trajectory[s],
            set.group.empty() ? 0 : set.group[s],
            set.config_type.empty() ? -1 : set.config_type[s],
            set.energy[s],
            set.time[s],
            set.virial.empty() ? unknown_virial : set.virial[s],
            set.box.empty() ? graph::Box{} : set.box[s]};
}

void take(SnapshotSet& set, const std::vector<Snapshot>& snapshots, const Optional& has) {
    set.first_snapshot = snapshots.empty() ? 0 : snapshots.front().index;
    set.node_offset = {snapshots.empty() ? 0 : snapshots.front().nodes.begin};
    set.energy.clear();
    set.time.clear();
    set.trajectory.clear();
    set.group.clear();
    set.config_type.clear();
    set.virial.clear();
    set.box.clear();
    for (const auto& snapshot : snapshots) {
        set.node_offset.push_back(snapshot.nodes.end);
        set.energy.push_back(snapshot.energy);
        set.time.push_back(snapshot.time);
        set.trajectory.push_back(snapshot.trajectory);
        if (has.group) set.group.push_back(snapshot.group);
        if (has.config_type) set.config_type.push_back(snapshot.config_type);
        if (has.virial) set.virial.push_back(snapshot.virial);
        if (has.box) set.box.push_back(snapshot.box);
    }
}

// Every rank learns of the snapshots that own at least one of its nodes.
void move_snapshots(const parallel::Communicator& comm, SnapshotSet& set, const Recut& recut) {
    const Optional has{parallel::any(comm, !set.group.empty()), parallel::any(comm, !set.config_type.empty()),
                       parallel::any(comm, !set.virial.empty()), parallel::any(comm, !set.box.empty())};
    std::vector<std::vector<Snapshot>> outgoing(recut.ranks());
    for (std::size_t s = 0; s < set.snapshot_count(); ++s)
        for (std::size_t rank = 0; rank < outgoing.size(); ++rank)
            if (recut.touches(rank, {set.node_offset[s], set.node_offset[s + 1]}))
                outgoing[rank].push_back(snapshot_of(set, s));
    take(set, recut.exchanged(outgoing), has);
}

// The nodes of this rank's leaves. Where whole snapshots begin is known to the ranks that hold them.
Range nodes_of_leaves(const parallel::Communicator& comm, const SnapshotSet& set, int leaves) {
    const auto& totals = set.totals;
    if (!whole_snapshots(totals.snapshots, leaves)) return owned_nodes(comm, totals.nodes, leaves);
    const auto begins = parallel::all_gather(comm, owned_snapshots(comm, totals.snapshots, leaves).begin);
    std::vector<GlobalIndex> nodes;
    for (const GlobalIndex snapshot : begins) {
        const GlobalIndex here = snapshot - set.first_snapshot;
        const bool known = here >= 0 && here < static_cast<GlobalIndex>(set.snapshot_count());
        nodes.push_back(known ? set.node_offset[static_cast<std::size_t>(here)] : 0);
        if (snapshot == totals.snapshots) nodes.back() = totals.nodes;
    }
    nodes.push_back(totals.nodes);
    parallel::max(comm, std::span<GlobalIndex>(nodes));
    const auto rank = static_cast<std::size_t>(comm.rank());
    return {nodes[rank], nodes[rank + 1]};
}

}  // namespace

TimeSeries move_to_leaves(const parallel::Communicator& comm, TimeSeries series, int leaves) {
    const Range target = nodes_of_leaves(comm, series.set, leaves);
    return move_nodes(comm, std::move(series), target);
}

TimeSeries move_nodes(const parallel::Communicator& comm, TimeSeries series, Range target) {
    auto& set = series.set;
    auto& next = series.next;
    const Recut recut(comm, set.part.nodes, target);
    const auto d = static_cast<std::size_t>(set.totals.dimension);
    // Rates may be absent: velocities of a known kinetic energy.
    for (auto* values : {&set.position, &set.momentum, &set.velocity, &set.force})
        if (parallel::any(comm, !values->empty())) recut.move(*values, d);
    recut.move(set.part.mass, 1);
    recut.move(set.part.species, 1);
    if (parallel::any(comm, !next.step.empty())) {
        recut.move(next.position, d);
        recut.move(next.momentum, d);
        recut.move(next.step, 1);
    }
    move_snapshots(comm, set, recut);
    set.part.nodes = target;
    return series;
}

}  // namespace rfhgn::data
