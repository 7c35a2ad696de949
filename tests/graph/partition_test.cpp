#include <algorithm>

#include "rfhgn/graph/distributed_graph.hpp"

#include "lattice.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

TEST_CASE("a partition is balanced and cuts no more than a few planes") {
    const auto& comm = world();
    constexpr GlobalIndex length = 12;
    const auto part = lattice_part(comm, length, GENERATE(Listing::blocks, Listing::all_on_last));
    const auto owner = graph::partition(comm, part);
    REQUIRE_ALL(owner.size() == static_cast<std::size_t>(part.nodes.size()));
    REQUIRE_ALL(std::all_of(owner.begin(), owner.end(), [&](int r) { return r >= 0 && r < comm.size(); }));
    const auto r = graph::report(comm, graph::distribute(comm, part, owner));
    const auto mean = static_cast<double>(part.total_nodes) / comm.size();
    if (comm.size() == 1) {
        CHECK(r.cut_edges == 0);
    } else {
        CHECK(static_cast<double>(r.largest_owned) < 1.1 * mean);
        CHECK(r.cut_edges < length * length * comm.size());
    }
}

TEST_CASE("pairs may be listed in both directions") {
    // PT-Scotch draws from a stream that goes on from call to call, so two partitions differ in detail.
    const auto& comm = world();
    const auto once = lattice_part(comm, 6, Listing::blocks);
    auto twice = once;
    for (const auto& edge : once.edges) twice.edges.push_back({edge.second, edge.first});
    const auto owner = graph::partition(comm, twice);
    const auto r = graph::report(comm, graph::distribute(comm, once, owner));
    const auto mean = static_cast<double>(once.total_nodes) / comm.size();
    CHECK(static_cast<double>(r.largest_owned) < 1.15 * mean);
    CHECK(r.cut_edges < GlobalIndex{36} * comm.size());
}

TEST_CASE("ranks without nodes take part") {
    const auto& comm = world();
    graph::GraphPart part;
    part.total_nodes = 2;
    part.nodes = parallel::block_range(2, comm.size(), comm.rank());
    part.mass.assign(static_cast<std::size_t>(part.nodes.size()), 1.0);
    part.species.assign(part.mass.size(), 0);
    if (comm.rank() == 0) part.edges = {{0, 1}};
    part.first_edge_id = comm.rank() == 0 ? 0 : 1;
    const auto owner = graph::partition(comm, part);
    const auto g = graph::distribute(comm, part, owner);
    CHECK(owner.size() == part.mass.size());
    CHECK(parallel::sum<GlobalIndex>(comm, g.owned) == 2);
    CHECK(g.total_edges == 1);
}
