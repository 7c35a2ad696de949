#include "finite_differences.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"

namespace rfhgn::data {

namespace {

constexpr double even = 1e-6;  // spacings of a trajectory differ by less than this part

// Frames and questions about them; f counts the snapshots at hand.
class Trajectories {
  public:
    explicit Trajectories(const SnapshotSet& frames) : frames_(frames) {}

    [[nodiscard]] bool same(std::size_t a, std::size_t b) const {
        return frames_.trajectory[a] == frames_.trajectory[b];
    }
    // Frames f − before to f + after exist and belong to the trajectory of f.
    [[nodiscard]] bool surrounded(std::size_t f, std::size_t before, std::size_t after) const {
        if (f < before || f + after >= frames_.snapshot_count()) return false;
        for (std::size_t g = f - before; g <= f + after; ++g)
            if (!same(g, f)) return false;
        return true;
    }
    [[nodiscard]] std::size_t frames_in_a_row(std::size_t f) const {
        std::size_t count = 1;
        while (f + count < frames_.snapshot_count() && same(f, f + count)) ++count;
        return count;
    }
    [[nodiscard]] GlobalIndex number(std::size_t f) const {
        return frames_.first_snapshot + static_cast<GlobalIndex>(f);
    }

    void check_time(std::size_t f) const {
        const auto& t = frames_.time;
        require(t[f + 1] > t[f], Advice{"list the frames of a trajectory in order of time"},
                "time does not advance in trajectory {}: {} in snapshot {}, {} in snapshot {}",
                frames_.trajectory[f], t[f], number(f), t[f + 1], number(f + 1));
        if (f == 0 || !same(f - 1, f)) return;
        const double spacing = t[f] - t[f - 1];
        const double next = t[f + 1] - t[f];
        require(
            std::fabs(next - spacing) <= even * spacing,
            Advice{
                "rates from frames need evenly spaced ones: leave frames out or write rates to the data set"},
            "time is unevenly spaced in trajectory {}: steps of {:.9g} and {:.9g} before and after snapshot "
            "{}",
            frames_.trajectory[f], spacing, next, number(f));
    }

    void check_particles(std::size_t f, bool same_bonds) const {
        const auto nodes = [&](std::size_t g) { return frames_.node_offset[g + 1] - frames_.node_offset[g]; };
        require(nodes(f) == nodes(f + 1),
                Advice{"all frames of a trajectory list the same particles in one order"},
                "the number of particles changes within trajectory {}: {} in snapshot {}, {} in snapshot {}",
                frames_.trajectory[f], nodes(f), number(f), nodes(f + 1), number(f + 1));
        if (!same_bonds) return;
        const auto here = edges_of_frame(frames_, f);
        const auto next = edges_of_frame(frames_, f + 1);
        bool same = here.size() == next.size();
        for (GlobalIndex e = 0; same && e < here.size(); ++e) {
            const auto& a = frames_.part.edges[static_cast<std::size_t>(here.begin + e)];
            const auto& b = frames_.part.edges[static_cast<std::size_t>(next.begin + e)];
            same = b.first - a.first == nodes(f) && b.second - a.second == nodes(f);
        }
        require(
            same,
            Advice{"with rates = \"leapfrog\" all frames of a trajectory list the same edges in one order"},
            "the edges change within trajectory {} from snapshot {} to {}", frames_.trajectory[f], number(f),
            number(f + 1));
    }

  private:
    const SnapshotSet& frames_;
};

}  // namespace

Stencil stencil_of(const std::string& rates) {
    if (rates == "central2") return {1, {-0.5, 0.0, 0.5}};
    if (rates == "central4") return {2, {1.0 / 12, -8.0 / 12, 0.0, 8.0 / 12, -1.0 / 12}};
    RFHGN_ASSERT(rates == "leapfrog");
    return {0, {-1.0, 1.0}};
}

parallel::Range edges_of_frame(const SnapshotSet& frames, std::size_t f) {
    const auto& edges = frames.part.edges;
    const auto first_from = [&](GlobalIndex node) {
        return std::partition_point(edges.begin(), edges.end(),
                                    [&](const graph::GlobalEdge& edge) { return edge.first < node; }) -
               edges.begin();
    };
    return {first_from(frames.node_offset[f]), first_from(frames.node_offset[f + 1])};
}

std::vector<std::size_t> frames_with_neighbours(const SnapshotSet& frames, parallel::Range own,
                                                const Stencil& stencil, bool same_bonds) {
    const Trajectories trajectories(frames);
    std::vector<std::size_t> kept;
    for (GlobalIndex s = own.begin; s < own.end; ++s) {
        const auto f = static_cast<std::size_t>(s - frames.first_snapshot);
        if (f == 0 || !trajectories.same(f - 1, f)) {
            const auto count = trajectories.frames_in_a_row(f);
            require(
                count >= stencil.weights.size(),
                Advice{
                    "list all frames of a trajectory one after the other, or choose a form of [train] rates "
                    "that needs fewer"},
                "trajectory {} has {} frame{} in a row (snapshot {}), but these rates need {}",
                frames.trajectory[f], count, count == 1 ? "" : "s", s, stencil.weights.size());
        }
        if (f + 1 < frames.snapshot_count() && trajectories.same(f, f + 1)) {
            trajectories.check_time(f);
            trajectories.check_particles(f, same_bonds);
        }
        if (trajectories.surrounded(f, static_cast<std::size_t>(stencil.before),
                                    static_cast<std::size_t>(stencil.after())))
            kept.push_back(f);
    }
    return kept;
}

}  // namespace rfhgn::data
