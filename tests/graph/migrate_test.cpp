#include "rfhgn/graph/distributed_graph.hpp"

#include "lattice.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

TEST_CASE("values follow their nodes to the new owners") {
    const auto& comm = world();
    const auto listing = GENERATE(Listing::blocks, Listing::all_on_last);
    const int width = GENERATE(1, 3);
    const auto part = lattice_part(comm, 4, listing);
    const auto owner = random_owners(comm, part);
    const auto g = graph::distribute(comm, part, owner);
    const auto value = [](GlobalIndex node, int column) { return static_cast<double>(10 * node + column); };
    std::vector<double> listed;
    for (GlobalIndex node = part.nodes.begin; node < part.nodes.end; ++node) {
        for (int column = 0; column < width; ++column) listed.push_back(value(node, column));
    }
    const auto moved = graph::migrate(comm, part, owner, g, listed, width);
    REQUIRE(moved.size() == static_cast<std::size_t>(g.owned) * static_cast<std::size_t>(width));
    bool right = true;
    for (std::size_t i = 0, at = 0; i < static_cast<std::size_t>(g.owned); ++i)
        for (int column = 0; column < width; ++column)
            right = right && moved[at++] == value(g.node_id[i], column);
    CHECK(right);
}
