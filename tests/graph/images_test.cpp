#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/graph/neighbour_search.hpp"

#include "lattice.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using namespace rfhgn::graph;

namespace {

constexpr GlobalIndex count = 23;

// A box that is smaller than the cutoff, so that nodes meet themselves and each other in several images.
Box small_box() {
    Box box;
    box.vectors = {Vector3{3.1, 0, 0}, Vector3{0.7, 2.9, 0}, Vector3{-0.4, 0.3, 3.3}};
    box.periodic = {true, true, true};
    return box;
}

std::vector<double> points() {
    const CounterRandom random(5, Stream::position);
    std::vector<double> positions;
    for (std::uint64_t k = 0; k < 3 * count; ++k) positions.push_back(random.uniform(0.0, 3.0, k));
    return positions;
}

constexpr double cutoff = 3.5;

struct Images {
    GraphPart part;
    DistributedGraph graph;
    std::vector<double> positions;  // [owned + ghosts, 3], up to date
};

Images make_images() {
    const auto& comm = world();
    const auto all = find_neighbours(small_box(), points(), cutoff);
    const auto edges = parallel::block_range(static_cast<GlobalIndex>(all.size()), comm.size(), comm.rank());
    const auto mine =
        std::span(all).subspan(static_cast<std::size_t>(edges.begin), static_cast<std::size_t>(edges.size()));
    GraphPart part;
    part.total_nodes = count;
    part.nodes = parallel::block_range(count, comm.size(), comm.rank());
    part.mass.assign(static_cast<std::size_t>(part.nodes.size()), 1.0);
    part.species.assign(part.mass.size(), 0);
    part.first_edge_id = edges.begin;
    for (const auto& pair : mine) part.edges.push_back({pair.first, pair.second});
    part.edge_shift = edge_shifts(small_box(), mine);
    auto graph = distribute(comm, part, random_owners(comm, part));
    std::vector<double> positions(graph.state_size(), -1.0);
    const auto given = points();
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.owned); ++i)
        std::copy_n(given.data() + 3 * graph.node_id[i], 3, positions.data() + 3 * i);
    update_positions(graph, positions);
    return {std::move(part), std::move(graph), std::move(positions)};
}

}  // namespace

TEST_CASE("ghosts lie where the images are, each once") {
    const auto [part, graph, positions] = make_images();
    const auto given = points();
    bool right = graph.ghost_shift.size() == 3 * static_cast<std::size_t>(graph.ghosts);
    const auto owned = static_cast<std::size_t>(graph.owned);
    for (std::size_t g = 0; g < static_cast<std::size_t>(graph.ghosts); ++g)
        for (std::size_t k = 0; k < 3; ++k) {
            const auto id = static_cast<std::size_t>(graph.node_id[owned + g]);
            right =
                right && positions[3 * (owned + g) + k] == given[3 * id + k] + graph.ghost_shift[3 * g + k];
        }
    CHECK(right);
    std::vector<std::array<double, 4>> ghosts;
    for (std::size_t g = 0; g < static_cast<std::size_t>(graph.ghosts); ++g) {
        const double* shift = graph.ghost_shift.data() + 3 * g;
        ghosts.push_back({static_cast<double>(graph.node_id[owned + g]), shift[0], shift[1], shift[2]});
    }
    std::sort(ghosts.begin(), ghosts.end());
    CHECK(std::adjacent_find(ghosts.begin(), ghosts.end()) == ghosts.end());
}

TEST_CASE("every node sees all of its neighbours' images") {
    const auto [part, graph, positions] = make_images();
    // Σ over neighbours' images of (r² displacement): an odd and an even function of them
    std::vector<double> expected(4 * count, 0.0);
    const auto given = points();
    for (const auto& pair : find_neighbours(small_box(), given, cutoff)) {
        const auto shift = displacement(small_box(), pair.image);
        std::array<double, 3> r{};
        for (std::size_t k = 0; k < 3; ++k)
            r[k] = given[3 * static_cast<std::size_t>(pair.second) + k] + shift[k] -
                   given[3 * static_cast<std::size_t>(pair.first) + k];
        const double squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        const auto add = [&](LocalIndex node, double sign) {
            for (std::size_t k = 0; k < 3; ++k)
                expected[4 * static_cast<std::size_t>(node) + k] += sign * squared * r[k];
            expected[4 * static_cast<std::size_t>(node) + 3] += squared;
        };
        add(pair.first, 1.0);
        add(pair.second, -1.0);
    }
    std::vector<double> sums(4 * static_cast<std::size_t>(graph.local_nodes()), 0.0);
    for (const auto& edge : graph.edges) {
        const auto first = static_cast<std::size_t>(edge.first);
        const auto second = static_cast<std::size_t>(edge.second);
        std::array<double, 3> r{};
        for (std::size_t k = 0; k < 3; ++k) r[k] = positions[3 * second + k] - positions[3 * first + k];
        const double squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        for (std::size_t k = 0; k < 4; ++k) {
            const double term = k < 3 ? squared * r[k] : squared;
            sums[4 * first + k] += term;
            sums[4 * second + k] += k < 3 ? -term : term;
        }
    }
    for (LocalIndex i = 0; i < graph.owned; ++i)
        for (int k = 0; k < 4; ++k)
            CHECK(
                sums[static_cast<std::size_t>(4 * i + k)] ==
                Approx(expected[static_cast<std::size_t>(4 * graph.node_id[static_cast<std::size_t>(i)] + k)])
                    .margin(1e-10));
}

TEST_CASE("an edge to an image is a cut edge that is held once by each end") {
    const auto [part, graph, positions] = make_images();
    std::vector<GlobalIndex> held(static_cast<std::size_t>(graph.total_edges), 0);
    bool ends_right = true;
    for (LocalIndex e = 0; e < graph.edge_count(); ++e) {
        const auto [first, second] = graph.edges[static_cast<std::size_t>(e)];
        const int owned = (first < graph.owned ? 1 : 0) + (second < graph.owned ? 1 : 0);
        ends_right = ends_right && owned == (e < graph.interior_edges ? 2 : 1);
        held[static_cast<std::size_t>(graph.edge_id[static_cast<std::size_t>(e)])] += 3 - owned == 1 ? 2 : 1;
    }
    CHECK(ends_right);
    parallel::sum(world(), std::span<GlobalIndex>(held));
    CHECK(std::all_of(held.begin(), held.end(), [](GlobalIndex n) { return n == 2; }));
    CHECK(report(world(), graph).most_neighbours < world().size());
}

TEST_CASE("graphs of images can be partitioned; an edge from a node to itself must be shifted") {
    auto [part, graph, positions] = make_images();
    const auto owner = partition(world(), part);
    CHECK(parallel::sum<GlobalIndex>(world(), distribute(world(), part, owner).owned) == count);
    for (std::size_t e = 0; e < part.edges.size(); ++e)
        if (part.edges[e].first == part.edges[e].second)
            std::fill_n(part.edge_shift.begin() + static_cast<std::ptrdiff_t>(3 * e), 3, 0.0);
    CHECK_THROWS_WITH(distribute(world(), part, owner), Catch::Contains("with itself"));
}
