#include "rfhgn/graph/replicate.hpp"

#include <algorithm>

#include "particles.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

TEST_CASE("what a particle sees in copies of a box is what it saw in the box", "[replicate]") {
    constexpr GlobalIndex total = 61;
    for (const auto& c : box_cases()) {
        graph::Copies copies{1, 1, 1};
        for (std::size_t k = 0; k < 3; ++k)
            if (c.box.periodic[k]) copies[k] = 2 + static_cast<GlobalIndex>(k % 2);
        if (graph::count(copies) == 1 || c.options.cutoff > 6) continue;
        INFO(c.name);
        const auto& comm = world();
        const auto mine = parallel::block_range(total, comm.size(), comm.rank());
        auto cell = random_particles(c, mine);
        auto all = graph::replicated(cell, c.box, copies, total);
        const auto larger = graph::replicated(c.box, copies);
        CHECK(graph::volume(larger) ==
              Approx(graph::volume(c.box) * static_cast<double>(graph::count(copies))));
        const graph::NeighbourList one(comm, c.box, c.options, cell);
        const graph::NeighbourList many(comm, larger, c.options, all);
        REQUIRE_ALL(many.graph().total_nodes == total * graph::count(copies));
        const auto seen = sights(comm, one.graph(), cell.position);
        const auto seen_in_copies = sights(comm, many.graph(), all.position);
        REQUIRE_ALL(seen_in_copies.size() == seen.size() * static_cast<std::size_t>(graph::count(copies)));
        for (GlobalIndex copy = 0; copy < graph::count(copies); ++copy) {
            const auto begin = static_cast<std::size_t>(copy) * seen.size();
            CHECK(largest_difference(std::span(seen_in_copies).subspan(begin, seen.size()), seen) < 1e-9);
        }
    }
}

TEST_CASE("copies keep masses, species and momenta", "[replicate]") {
    const auto c = box_cases().front();
    const auto cell = random_particles(c, {3, 5});
    const auto all = graph::replicated(cell, c.box, {1, 2, 1}, 100);
    CHECK(all.id == std::vector<GlobalIndex>{3, 4, 103, 104});
    CHECK(all.mass == std::vector<double>{cell.mass[0], cell.mass[1], cell.mass[0], cell.mass[1]});
    CHECK(all.species == std::vector<int>{0, 1, 0, 1});
    CHECK(std::equal(cell.momentum.begin(), cell.momentum.end(), all.momentum.begin() + 6));
    CHECK(all.position[6 + 1] == Approx(cell.position[1] + 6));
    CHECK(all.image.empty());
}
