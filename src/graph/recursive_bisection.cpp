#include "recursive_bisection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::graph {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t bins = 512;
constexpr int most_passes = 5;  // bins^5 cells of a side: finer than doubles tell apart

/// The search for one cut: a window along an axis that closes in on the wanted number of points below.
struct CutSearch {
    std::size_t axis = 0;
    double low = 0;
    double high = 0;
    GlobalIndex below = 0;   // points below `low`
    GlobalIndex wanted = 0;  // points below the cut
    GlobalIndex tolerance = 0;
    double cut = 0;
    bool found = false;

    [[nodiscard]] std::size_t bin(double s) const noexcept {
        const double along = (s - low) / (high - low) * static_cast<double>(bins);
        return static_cast<std::size_t>(std::clamp(along, 0.0, static_cast<double>(bins - 1)));
    }
    [[nodiscard]] double edge(std::size_t b) const noexcept {
        return low + (high - low) * static_cast<double>(b) / static_cast<double>(bins);
    }

    // The edge of a bin, or the middle of the empty bins around it: between two layers of a crystal, no
    // particle changes rank by vibrating.
    [[nodiscard]] double middle_of_gap(std::span<const GlobalIndex> counts, std::size_t b) const noexcept {
        std::size_t first = b;
        std::size_t last = b;
        while (first > 0 && counts[first - 1] == 0) --first;
        while (last < bins && counts[last] == 0) ++last;
        return 0.5 * (edge(first) + edge(last));
    }

    // Takes the edge of a bin when it is near enough, or else closes in on the bin where the number is
    // passed.
    void narrow(std::span<const GlobalIndex> counts) {
        std::size_t b = 0;
        GlobalIndex sum = below;
        while (b + 1 < bins && sum + counts[b] < wanted) sum += counts[b++];
        const GlobalIndex passed = sum + counts[b];
        cut = middle_of_gap(counts, passed - wanted < wanted - sum ? b + 1 : b);
        found = std::min(passed - wanted, wanted - sum) <= tolerance || counts[b] <= 1;
        const double from = edge(b);
        high = edge(b + 1);
        low = from;
        below = sum;
        found = found || !(high > low);
    }
};

struct Bounds {
    Vector3 low{infinity, infinity, infinity};
    Vector3 high{-infinity, -infinity, -infinity};
};

/// Bounds and numbers of the points in each of `active` nodes, over all ranks. node_of[i] is a point's place
/// in `active`, or out of range.
struct Occupancy {
    std::vector<Bounds> bounds;
    std::vector<GlobalIndex> points;
};
Occupancy occupancy(const parallel::Communicator& comm, std::span<const Vector3> points,
                    std::span<const std::size_t> place, std::size_t active) {
    std::vector<double> extremes(6 * active, -infinity);  // minima as maxima of the negative
    std::vector<GlobalIndex> count(active, 0);
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (place[i] >= active) continue;
        ++count[place[i]];
        for (std::size_t k = 0; k < 3; ++k) {
            double* row = extremes.data() + 6 * place[i];
            row[k] = std::max(row[k], -points[i][k]);
            row[3 + k] = std::max(row[3 + k], points[i][k]);
        }
    }
    parallel::max(comm, std::span<double>(extremes));
    parallel::sum(comm, std::span<GlobalIndex>(count));
    Occupancy result{{}, std::move(count)};
    for (std::size_t n = 0; n < active; ++n) {
        const double* row = extremes.data() + 6 * n;
        result.bounds.push_back({{-row[0], -row[1], -row[2]}, {row[3], row[4], row[5]}});
    }
    return result;
}

/// The search across the longest side of the points. A node without points is cut anywhere.
CutSearch begin_search(const Bounds& bounds, const Vector3& width, int dimension, GlobalIndex points,
                       double share) {
    CutSearch search;
    double longest = -1;
    for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k) {
        const double length = (bounds.high[k] - bounds.low[k]) * width[k];
        if (length > longest * (1 + 1e-9)) {
            longest = length;
            search.axis = k;
        }
    }
    search.found = points == 0 || !(longest > 0);
    if (points == 0) return search;
    search.low = bounds.low[search.axis];
    search.high = bounds.high[search.axis];
    search.cut = search.low;
    search.wanted = std::llround(static_cast<double>(points) * share);
    search.tolerance = points / 500;
    return search;
}

void run_searches(const parallel::Communicator& comm, std::span<const Vector3> points,
                  std::span<const std::size_t> place, std::vector<CutSearch>& searches) {
    std::vector<GlobalIndex> counts(searches.size() * bins);
    for (int pass = 0; pass < most_passes; ++pass) {
        if (std::all_of(searches.begin(), searches.end(), [](const auto& s) { return s.found; })) return;
        std::fill(counts.begin(), counts.end(), 0);
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (place[i] >= searches.size()) continue;
            const auto& search = searches[place[i]];
            const double s = points[i][search.axis];
            if (!search.found && s >= search.low && (s < search.high || pass == 0))
                ++counts[place[i] * bins + search.bin(s)];
        }
        parallel::sum(comm, std::span<GlobalIndex>(counts));
        for (std::size_t n = 0; n < searches.size(); ++n)
            if (!searches[n].found) searches[n].narrow(std::span(counts).subspan(n * bins, bins));
    }
}

}  // namespace

RecursiveBisection::RecursiveBisection(const parallel::Communicator& comm, const Box& box,
                                       std::span<const Vector3> points)
    : dimension_(box.dimension) {
    Node root{.first_rank = 0, .last_rank = comm.size(), .region = {}};
    for (std::size_t k = 0; k < 3; ++k) {
        root.region.low[k] = box.periodic[k] ? 0.0 : -infinity;
        root.region.high[k] = box.periodic[k] ? 1.0 : infinity;
    }
    nodes_.push_back(root);
    std::vector<std::size_t> node_of(points.size(), 0);
    for (std::size_t begin = 0; begin < nodes_.size();) {
        const std::size_t end = nodes_.size();
        cut_level(comm, widths(box), points, node_of, begin);
        begin = end;
    }
    regions_.resize(static_cast<std::size_t>(comm.size()));
    for (const auto& node : nodes_)
        if (node.below == 0) regions_[static_cast<std::size_t>(node.first_rank)] = node.region;
}

// All nodes of a level are cut together; every rank cuts alike.
void RecursiveBisection::cut_level(const parallel::Communicator& comm, const Vector3& width,
                                   std::span<const Vector3> points, std::span<std::size_t> node_of,
                                   std::size_t begin) {
    std::vector<std::size_t> active;
    std::vector<std::size_t> place_of_node(nodes_.size(), nodes_.size());  // in `active`; none: out of range
    for (std::size_t n = begin; n < nodes_.size(); ++n)
        if (nodes_[n].ranks() > 1) {
            place_of_node[n] = active.size();
            active.push_back(n);
        }
    if (active.empty()) return;
    std::vector<std::size_t> place(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) place[i] = place_of_node[node_of[i]];
    const auto occupied = occupancy(comm, points, place, active.size());
    std::vector<CutSearch> searches;
    for (std::size_t a = 0; a < active.size(); ++a) {
        const auto& node = nodes_[active[a]];
        const int ranks_below = node.ranks() / 2;
        const double share = static_cast<double>(ranks_below) / node.ranks();
        searches.push_back(begin_search(occupied.bounds[a], width, dimension_, occupied.points[a], share));
    }
    run_searches(comm, points, place, searches);
    for (std::size_t a = 0; a < active.size(); ++a) {
        nodes_[active[a]].axis = searches[a].axis;
        nodes_[active[a]].cut = searches[a].cut;
        split(active[a]);
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& node = nodes_[node_of[i]];
        if (node.below != 0) node_of[i] = points[i][node.axis] < node.cut ? node.below : node.above;
    }
}

void RecursiveBisection::split(std::size_t node) {
    Node below = nodes_[node];
    Node above = nodes_[node];
    below.last_rank = above.first_rank = below.first_rank + below.ranks() / 2;
    below.region.high[below.axis] = above.region.low[above.axis] = below.cut;
    nodes_[node].below = nodes_.size();
    nodes_[node].above = nodes_.size() + 1;
    nodes_.push_back(below);
    nodes_.push_back(above);
}

int RecursiveBisection::owner(const Vector3& point) const noexcept {
    std::size_t at = 0;
    while (nodes_[at].below != 0)
        at = point[nodes_[at].axis] < nodes_[at].cut ? nodes_[at].below : nodes_[at].above;
    return nodes_[at].first_rank;
}

}  // namespace rfhgn::graph
