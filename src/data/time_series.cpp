#include "rfhgn/data/time_series.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "finite_differences.hpp"

namespace rfhgn::data {

namespace {

// Appends kept frames, one by one, with their rates.
class Differences {
  public:
    Differences(const SnapshotSet& frames, const Stencil& stencil, bool steps)
        : frames_(frames), stencil_(stencil), steps_(steps) {
        auto& set = series_.set;
        set.totals = frames.totals;
        set.part.dimension = frames.part.dimension;
        set.part.edge_attributes.names = frames.part.edge_attributes.names;
    }

    // Counts from 0 on this rank: `number` sets that right.
    void append(std::size_t f) {
        auto& set = series_.set;
        const GlobalIndex base = set.part.nodes.end;
        const GlobalIndex count = frames_.node_offset[f + 1] - frames_.node_offset[f];
        add(set.position, frames_.position, f, dimension());
        add(set.momentum, frames_.momentum, f, dimension());
        add(set.part.mass, frames_.part.mass, f, 1);
        add(set.part.species, frames_.part.species, f, 1);
        const double h = spacing(f);
        add_rate(set.velocity, frames_.position, f, h);
        add_rate(set.force, frames_.momentum, f, h);
        if (steps_) {
            add(series_.next.position, frames_.position, f + 1, dimension());
            add(series_.next.momentum, frames_.momentum, f + 1, dimension());
            series_.next.step.insert(series_.next.step.end(), static_cast<std::size_t>(count), h);
        }
        add_edges(f, base);
        set.node_offset.push_back(base);
        set.energy.push_back(frames_.energy[f]);
        set.time.push_back(frames_.time[f]);
        set.trajectory.push_back(frames_.trajectory[f]);
        if (!frames_.group.empty()) set.group.push_back(frames_.group[f]);
        if (!frames_.virial.empty()) set.virial.push_back(frames_.virial[f]);
        if (!frames_.box.empty()) set.box.push_back(frames_.box[f]);
        set.part.nodes.end += count;
    }

    // Places this rank's frames behind those of the ranks before. *Collective.*
    TimeSeries number(const parallel::Communicator& comm) {
        auto& set = series_.set;
        const GlobalIndex nodes = set.part.nodes.end;
        const auto edges = static_cast<GlobalIndex>(set.part.edges.size());
        const auto snapshots = static_cast<GlobalIndex>(set.snapshot_count());
        set.node_offset.push_back(nodes);
        const GlobalIndex first = parallel::exclusive_sum(comm, nodes);
        set.part.nodes = {first, first + nodes};
        for (auto& offset : set.node_offset) offset += first;
        for (auto& edge : set.part.edges) edge = {edge.first + first, edge.second + first};
        set.part.first_edge_id = parallel::exclusive_sum(comm, edges);
        set.first_snapshot = parallel::exclusive_sum(comm, snapshots);
        set.totals.nodes = set.part.total_nodes = parallel::sum(comm, nodes);
        set.totals.edges = parallel::sum(comm, edges);
        set.totals.snapshots = parallel::sum(comm, snapshots);
        return std::move(series_);
    }

  private:
    [[nodiscard]] std::size_t dimension() const { return static_cast<std::size_t>(frames_.part.dimension); }

    // The first value of frame f among the nodes at hand.
    [[nodiscard]] std::size_t start(std::size_t f, std::size_t width) const {
        return static_cast<std::size_t>(frames_.node_offset[f] - frames_.part.nodes.begin) * width;
    }

    [[nodiscard]] double spacing(std::size_t f) const {
        const std::size_t first = f - static_cast<std::size_t>(stencil_.before);
        const std::size_t last = first + stencil_.weights.size() - 1;
        return (frames_.time[last] - frames_.time[first]) / static_cast<double>(last - first);
    }

    template <class T>
    void add(std::vector<T>& to, const std::vector<T>& from, std::size_t f, std::size_t width) const {
        to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(start(f, width)),
                  from.begin() + static_cast<std::ptrdiff_t>(start(f + 1, width)));
    }

    void add_rate(std::vector<double>& to, const std::vector<double>& values, std::size_t f, double h) const {
        const std::size_t count = start(f + 1, dimension()) - start(f, dimension());
        const std::size_t base = to.size();
        to.resize(base + count, 0.0);
        for (std::size_t k = 0; k < stencil_.weights.size(); ++k) {
            const std::size_t from = start(f + k - static_cast<std::size_t>(stencil_.before), dimension());
            for (std::size_t i = 0; i < count; ++i) to[base + i] += stencil_.weights[k] * values[from + i];
        }
        for (std::size_t i = 0; i < count; ++i) to[base + i] /= h;
    }

    void add_edges(std::size_t f, GlobalIndex base) {
        auto& part = series_.set.part;
        const auto& attributes = frames_.part.edge_attributes;
        const auto edges = edges_of_frame(frames_, f);
        for (GlobalIndex e = edges.begin; e < edges.end; ++e) {
            const auto& [first, second] = frames_.part.edges[static_cast<std::size_t>(e)];
            part.edges.push_back(
                {base + first - frames_.node_offset[f], base + second - frames_.node_offset[f]});
        }
        const auto columns = static_cast<GlobalIndex>(attributes.columns());
        part.edge_attributes.values.insert(part.edge_attributes.values.end(),
                                           attributes.values.begin() + edges.begin * columns,
                                           attributes.values.begin() + edges.end * columns);
    }

    const SnapshotSet& frames_;
    const Stencil& stencil_;
    bool steps_;
    TimeSeries series_;
};

}  // namespace

FrameWindow frame_window(const parallel::Communicator& comm, GlobalIndex snapshots,
                         const std::string& rates) {
    const auto stencil = stencil_of(rates);
    const auto own = parallel::block_range(snapshots, comm.size(), comm.rank());
    if (own.size() == 0) return {own, own};
    // One before at least, to know where a trajectory begins; behind, enough to count its frames.
    const GlobalIndex before = std::max(stencil.before, 1);
    const auto after = static_cast<GlobalIndex>(stencil.weights.size()) - 1;
    return {own, {std::max<GlobalIndex>(own.begin - before, 0), std::min(own.end + after, snapshots)}};
}

TimeSeries with_rates(const parallel::Communicator& comm, const SnapshotSet& frames,
                      const FrameWindow& window, const std::string& rates) {
    const auto stencil = stencil_of(rates);
    const bool steps = rates == "leapfrog";
    auto differences = parallel::together(comm, [&] {
        Differences all(frames, stencil, steps);
        for (const std::size_t f : frames_with_neighbours(frames, window.own, stencil, steps)) all.append(f);
        return all;
    });
    return differences.number(comm);
}

void add_known_velocities(SnapshotSet& set) {
    const auto d = static_cast<std::size_t>(set.totals.dimension);
    set.velocity = set.momentum;
    for (std::size_t k = 0; k < set.velocity.size(); ++k) set.velocity[k] /= set.part.mass[k / d];
}

TrainingSet make_training_set(const parallel::Communicator& comm, TimeSeries series, int leaves,
                              const Split& split) {
    auto training = make_training_set(comm, std::move(series.set), leaves, split);
    training.next = std::move(series.next);
    if (!parallel::any(comm, !training.next.step.empty())) return training;
    training.next.position.resize(training.position.size());
    graph::update_positions(training.graph, training.next.position);
    return training;
}

}  // namespace rfhgn::data
