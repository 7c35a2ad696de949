#include "rfhgn/graph/distributed_graph.hpp"

#include "lattice.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

TEST_CASE("slabs of a lattice cost one plane a cut") {
    const auto& comm = world();
    const GlobalIndex length = 12;  // divides by 1..4: whole planes a rank
    const GlobalIndex plane = length * length;
    const auto part = lattice_part(comm, length, Listing::blocks);
    const auto r = graph::report(comm, graph::distribute(comm, part, graph::keep_owners(comm, part)));
    const GlobalIndex ranks = comm.size();
    REQUIRE(length % ranks == 0);
    CHECK(r.cut_edges == plane * (ranks - 1));
    CHECK(r.largest_owned == plane * length / ranks);
    CHECK(r.smallest_owned == plane * length / ranks);
    CHECK(r.largest_halo == plane * std::min<GlobalIndex>(2, ranks - 1));
    CHECK(r.most_neighbours == static_cast<int>(std::min<GlobalIndex>(2, ranks - 1)));
}

TEST_CASE("one rank that owns all has no halo") {
    const auto& comm = world();
    const auto part = lattice_part(comm, 4, Listing::all_on_last);
    const auto r = graph::report(comm, graph::distribute(comm, part, graph::keep_owners(comm, part)));
    CHECK(r.cut_edges == 0);
    CHECK(r.largest_owned == 64);
    CHECK(r.smallest_owned == (comm.size() == 1 ? 64 : 0));
    CHECK(r.largest_halo == 0);
    CHECK(r.most_neighbours == 0);
}
