#include <array>
#include <vector>

#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/graph_partitioner.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

/// This rank's block of a square lattice whose sites are numbered in a scrambled order.
struct Lattice {
    static constexpr GlobalIndex side = 24;
    static constexpr GlobalIndex total = side * side;
    parallel::Range range = parallel::block_range(total, world().size(), world().rank());
    std::vector<LocalIndex> offsets{0};
    std::vector<GlobalIndex> neighbours;

    /// 101 has no factor in common with the number of sites: this is a permutation, 365 its inverse.
    static GlobalIndex number_of(GlobalIndex site) { return site * 101 % total; }
    static GlobalIndex site_of(GlobalIndex number) { return number * 365 % total; }

    Lattice() {
        constexpr std::array<std::array<int, 2>, 4> steps{{{0, 1}, {1, 0}, {0, -1}, {-1, 0}}};
        for (GlobalIndex number = range.begin; number < range.end; ++number) {
            const GlobalIndex x = site_of(number) / side;
            const GlobalIndex y = site_of(number) % side;
            for (const auto& [dx, dy] : steps) {
                const bool inside = x + dx >= 0 && x + dx < side && y + dy >= 0 && y + dy < side;
                if (inside) neighbours.push_back(number_of((x + dx) * side + y + dy));
            }
            offsets.push_back(static_cast<LocalIndex>(neighbours.size()));
        }
    }

    /// Edges whose ends have different ranks, each counted from both ends, over all ranks. *Collective.*
    [[nodiscard]] int cut(const std::vector<int>& rank_of) const {
        // Small enough to hold on every rank here.
        std::vector<int> all(static_cast<std::size_t>(total), 0);
        std::copy(rank_of.begin(), rank_of.end(), all.begin() + range.begin);
        parallel::sum(world(), std::span<int>(all));
        int edges = 0;
        for (std::size_t node = 0; node < rank_of.size(); ++node) {
            for (LocalIndex n = offsets[node]; n < offsets[node + 1]; ++n)
                edges +=
                    all[static_cast<std::size_t>(neighbours[static_cast<std::size_t>(n)])] != rank_of[node];
        }
        return parallel::sum(world(), edges);
    }
};

}  // namespace

TEST_CASE("a partition of a lattice is complete, balanced, and cuts few edges") {
    REQUIRE(Lattice::site_of(Lattice::number_of(7)) == 7);
    const Lattice lattice;
    const auto rank_of =
        parallel::partition_graph(world(), Lattice::total, lattice.offsets, lattice.neighbours);
    REQUIRE_ALL(rank_of.size() == static_cast<std::size_t>(lattice.range.size()));

    std::vector<int> nodes(static_cast<std::size_t>(world().size()), 0);
    bool valid = true;
    for (const int r : rank_of) {
        valid = valid && r >= 0 && r < world().size();
        if (valid) ++nodes[static_cast<std::size_t>(r)];
    }
    REQUIRE_ALL(valid);
    parallel::sum(world(), std::span<int>(nodes));
    const double mean = static_cast<double>(Lattice::total) / world().size();
    for (const int count : nodes) {
        CHECK(count >= 0.8 * mean);
        CHECK(count <= 1.2 * mean);
    }

    const std::vector<int> blocks(rank_of.size(), world().rank());
    const int cut = lattice.cut(rank_of);
    const int block_cut = lattice.cut(blocks);
    if (world().size() == 1) {
        CHECK(cut == 0);
    } else {
        // Straight cuts need side edges a rank at most; scrambled blocks cut most of the 2 side (side - 1)
        // edges.
        CHECK(cut < block_cut / 4);
        CHECK(cut <= 2 * 2 * static_cast<int>(Lattice::side) * world().size());
    }
}

TEST_CASE("the same graph gets the same partition every time") {
    const Lattice lattice;
    const auto partition = [&] {
        return parallel::partition_graph(world(), Lattice::total, lattice.offsets, lattice.neighbours);
    };
    const auto first = partition();
    partition();
    REQUIRE_ALL(partition() == first);
}

TEST_CASE("a graph without edges keeps its blocks") {
    const auto range = parallel::block_range(10, world().size(), world().rank());
    const std::vector<LocalIndex> offsets(static_cast<std::size_t>(range.size()) + 1, 0);
    const auto rank_of = parallel::partition_graph(world(), 10, offsets, {});
    CHECK(rank_of == std::vector<int>(static_cast<std::size_t>(range.size()), world().rank()));
}

TEST_CASE("a graph smaller than the ranks is partitioned too") {
    const auto range = parallel::block_range(2, world().size(), world().rank());
    std::vector<LocalIndex> offsets{0};
    std::vector<GlobalIndex> neighbours;
    for (GlobalIndex node = range.begin; node < range.end; ++node) {
        neighbours.push_back(1 - node);
        offsets.push_back(static_cast<LocalIndex>(neighbours.size()));
    }
    const auto rank_of = parallel::partition_graph(world(), 2, offsets, neighbours);
    REQUIRE_ALL(rank_of.size() == static_cast<std::size_t>(range.size()));
    for (const int r : rank_of) CHECK((r >= 0 && r < world().size()));
}

}  // namespace rfhgn::tests
