#include <algorithm>
#include <tuple>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/distributed_graph.hpp"

#include "lattice.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using graph::DistributedGraph;
using graph::GraphPart;

namespace {

constexpr GlobalIndex length = 5;

/// Every way of owning a lattice that a test should survive.
struct Case {
    GraphPart part;
    std::vector<int> owner;
};

Case make_case(int kind) {
    const auto& comm = world();
    Case c{lattice_part(comm, length, kind % 2 == 0 ? Listing::blocks : Listing::all_on_last), {}};
    if (kind < 2)
        c.owner = graph::keep_owners(comm, c.part);
    else if (kind < 4)
        c.owner = random_owners(comm, c.part);
    else if (kind < 6)
        c.owner = random_owners(comm, c.part, comm.size() > 1 ? comm.size() / 2 : -1);
    else
        c.owner = graph::partition(comm, c.part);
    return c;
}

bool nodes_right(const DistributedGraph& g) {
    bool right = std::is_sorted(g.node_id.begin(), g.node_id.begin() + g.owned);
    for (LocalIndex i = 0; i < g.local_nodes(); ++i) {
        const auto n = static_cast<std::size_t>(i);
        right =
            right && g.mass[n] == lattice_mass(g.node_id[n]) && g.species[n] == lattice_species(g.node_id[n]);
    }
    return right && g.node_id.size() == static_cast<std::size_t>(g.local_nodes()) &&
           g.mass.size() == g.node_id.size() && g.species.size() == g.node_id.size();
}

bool edges_right(const DistributedGraph& g) {
    const auto all = lattice_edges(length);
    bool right = g.edge_id.size() == g.edges.size() && g.edge_attributes.values.size() == 2 * g.edges.size();
    for (std::size_t e = 0; right && e < g.edges.size(); ++e) {
        const auto [first, second] = g.edges[e];
        const graph::GlobalEdge global{g.node_id[static_cast<std::size_t>(first)],
                                       g.node_id[static_cast<std::size_t>(second)]};
        const bool cut = static_cast<LocalIndex>(e) >= g.interior_edges;
        const int owned_ends = (first < g.owned ? 1 : 0) + (second < g.owned ? 1 : 0);
        const auto row = g.edge_attributes.row(e);
        right = global == all[static_cast<std::size_t>(g.edge_id[e])] && owned_ends == (cut ? 1 : 2) &&
                row[0] == static_cast<double>(g.edge_id[e]) &&
                row[1] == static_cast<double>(global.first) + static_cast<double>(global.second) / 1000.0;
    }
    return right;
}

bool edges_sorted(const DistributedGraph& g) {
    const auto before = [](const graph::Edge& a, const graph::Edge& b) {
        return std::tie(a.first, a.second) < std::tie(b.first, b.second);
    };
    const auto middle = g.edges.begin() + g.interior_edges;
    return std::is_sorted(g.edges.begin(), middle, before) && std::is_sorted(middle, g.edges.end(), before);
}

}  // namespace

TEST_CASE("every node and edge arrives with its attributes") {
    const auto& comm = world();
    const int kind = GENERATE(range(0, 7));
    const Case c = make_case(kind);
    const DistributedGraph g = graph::distribute(comm, c.part, c.owner);
    REQUIRE_ALL(nodes_right(g));
    REQUIRE_ALL(edges_right(g));
    REQUIRE_ALL(edges_sorted(g));
    const auto all = lattice_edges(length);
    CHECK(g.total_nodes == length * length * length);
    CHECK(g.total_edges == static_cast<GlobalIndex>(all.size()));
    CHECK(parallel::sum<GlobalIndex>(comm, g.owned) == g.total_nodes);

    // Once where both ends are owned, twice where they are not: counted per edge id.
    std::vector<int> interior(all.size(), 0);
    std::vector<int> cut(all.size(), 0);
    for (std::size_t e = 0; e < g.edges.size(); ++e) {
        auto& count = static_cast<LocalIndex>(e) < g.interior_edges ? interior : cut;
        ++count[static_cast<std::size_t>(g.edge_id[e])];
    }
    parallel::sum<int>(comm, interior);
    parallel::sum<int>(comm, cut);
    bool once_or_twice = true;
    for (std::size_t e = 0; e < all.size(); ++e) {
        once_or_twice =
            once_or_twice && ((interior[e] == 1 && cut[e] == 0) || (interior[e] == 0 && cut[e] == 2));
    }
    CHECK(once_or_twice);
}

TEST_CASE("owned nodes are those that the owners name") {
    const auto& comm = world();
    const Case c = make_case(GENERATE(range(0, 7)));
    const DistributedGraph g = graph::distribute(comm, c.part, c.owner);
    std::vector<int> owner(static_cast<std::size_t>(g.total_nodes), 0);
    for (std::size_t i = 0; i < c.owner.size(); ++i)
        owner[static_cast<std::size_t>(c.part.nodes.begin) + i] = c.owner[i];
    parallel::sum<int>(comm, owner);
    const auto is_mine = [&](GlobalIndex id) { return owner[static_cast<std::size_t>(id)] == comm.rank(); };
    CHECK(std::all_of(g.node_id.begin(), g.node_id.begin() + g.owned, is_mine));
    CHECK(std::none_of(g.node_id.begin() + g.owned, g.node_id.end(), is_mine));
    CHECK(std::is_sorted(g.node_id.begin() + g.owned, g.node_id.end(), [&](GlobalIndex a, GlobalIndex b) {
        return std::tie(owner[static_cast<std::size_t>(a)], a) <
               std::tie(owner[static_cast<std::size_t>(b)], b);
    }));
}

TEST_CASE("ghosts receive the values of their owners") {
    const auto& comm = world();
    const Case c = make_case(GENERATE(range(0, 7)));
    const DistributedGraph g = graph::distribute(comm, c.part, c.owner);
    std::vector<int> owner(static_cast<std::size_t>(g.total_nodes), 0);
    for (LocalIndex i = 0; i < g.owned; ++i)
        owner[static_cast<std::size_t>(g.node_id[static_cast<std::size_t>(i)])] = comm.rank();
    parallel::sum<int>(comm, owner);
    std::vector<double> values(static_cast<std::size_t>(g.local_nodes()) * 2, -1.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i) {
        values[2 * i] = comm.rank();
        values[2 * i + 1] = static_cast<double>(g.node_id[i]);
    }
    g.halo.update(values, 2);
    bool right = true;
    for (std::size_t i = 0; i < g.node_id.size(); ++i) {
        right = right && values[2 * i] == owner[static_cast<std::size_t>(g.node_id[i])] &&
                values[2 * i + 1] == static_cast<double>(g.node_id[i]);
    }
    CHECK(right);
}

TEST_CASE("a sum over edges equals the serial one for any owners") {
    const auto& comm = world();
    const Case c = make_case(GENERATE(range(0, 7)));
    const DistributedGraph g = graph::distribute(comm, c.part, c.owner);
    std::vector<GlobalIndex> expected(static_cast<std::size_t>(g.total_nodes), 0);
    for (const auto& edge : lattice_edges(length)) {
        expected[static_cast<std::size_t>(edge.first)] += edge.second;
        expected[static_cast<std::size_t>(edge.second)] -= edge.first;
    }
    std::vector<GlobalIndex> sums(g.node_id.size(), 0);
    for (const auto& [first, second] : g.edges) {
        sums[static_cast<std::size_t>(first)] += g.node_id[static_cast<std::size_t>(second)];
        sums[static_cast<std::size_t>(second)] -= g.node_id[static_cast<std::size_t>(first)];
    }
    bool right = true;
    for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i) {
        right = right && sums[i] == expected[static_cast<std::size_t>(g.node_id[i])];
    }
    CHECK(right);
}

TEST_CASE("a graph without edges or nodes can be distributed") {
    const auto& comm = world();
    GraphPart part = lattice_part(comm, 2, Listing::blocks);
    part.edges.clear();
    part.edge_attributes.values.clear();
    const auto alone = graph::distribute(comm, part, graph::keep_owners(comm, part));
    CHECK(alone.ghosts == 0);
    CHECK(alone.total_edges == 0);
    CHECK(alone.owned == static_cast<LocalIndex>(part.nodes.size()));
    const auto empty = graph::distribute(comm, GraphPart{}, std::vector<int>{});
    CHECK(empty.total_nodes == 0);
    CHECK(empty.local_nodes() == 0);
}

TEST_CASE("wrong edges are refused on every rank alike") {
    const auto& comm = world();
    GraphPart part = lattice_part(comm, 3, Listing::blocks);
    const graph::GlobalEdge wrong =
        GENERATE(graph::GlobalEdge{4, 4}, graph::GlobalEdge{0, 27}, graph::GlobalEdge{-1, 2});
    if (comm.rank() == comm.size() - 1) part.edges.back() = wrong;
    const auto owner = graph::keep_owners(comm, part);
    const auto failure = [](const auto& call) {
        try {
            call();
        } catch (const Error& error) {
            return error;
        }
        return Error(ExitCode::success, "nothing was thrown");
    };
    const Error distributing = failure([&] { (void)graph::distribute(comm, part, owner); });
    const Error partitioning = failure([&] { (void)graph::partition(comm, part); });
    CHECK(distributing.code() == ExitCode::bad_input);
    CHECK(partitioning.code() == ExitCode::bad_input);
    CHECK(distributing.everywhere());
    CHECK_THAT(distributing.what(), Catch::Contains("edge 53 joins node"));
    CHECK_THAT(partitioning.what(), Catch::Contains("edge 53 joins node"));
}
