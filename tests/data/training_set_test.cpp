#include "rfhgn/data/training_set.hpp"

#include "support/data.hpp"
#include "support/world.hpp"

using namespace rfhgn;

TEST_CASE("leaves are a power of two that follows from the data alone", "[training_set]") {
    CHECK(data::leaf_count(80, 3, 64) == 1);
    CHECK(data::leaf_count(8 * 64 * 16, 1, 64) == 16);
    CHECK(data::leaf_count(GlobalIndex{1} << 40, 3, 16) == 4096);
    CHECK(data::leaf_count(1, 1, 100000) == 1);
}

TEST_CASE("many snapshots are not cut, however large they are", "[training_set]") {
    const auto leaves = [](GlobalIndex snapshots, GlobalIndex nodes) {
        data::SnapshotTotals totals;
        totals.snapshots = snapshots;
        totals.nodes = snapshots * nodes;
        return data::leaf_count(totals, 64);
    };
    CHECK(leaves(100000, 1000) == 4096);
    CHECK(leaves(1000, 1000000) == 512);
    CHECK(leaves(512, 1000000) == 512);
    CHECK(leaves(511, 1000000) == 4096);  // cut: few snapshots would leave ranks idle
    CHECK(leaves(1000, 8) == 32);
}

TEST_CASE("leaves of all ranks cover the nodes in order", "[training_set]") {
    for (const int leaves : {1, 2, 16, 64}) {
        const auto mine = data::owned_nodes(tests::world(), 1003, leaves);
        CHECK(mine.begin == parallel::exclusive_sum(tests::world(), mine.size()));
        CHECK(parallel::sum(tests::world(), mine.size()) == 1003);
    }
}

TEST_CASE("whole trajectories are held out, the same ones on any rank count", "[training_set]") {
    const auto set = tests::training_set(tests::world(), {}, 50, 8, 0.3);
    CHECK(set.held_out_snapshots == 15);
    CHECK(set.snapshots == 50);
    std::int64_t held = 0;
    for (const char h : set.held_out) held += h;
    CHECK(parallel::sum(tests::world(), held) == 15 * 8);
}

TEST_CASE("known energies of training snapshots are counted once", "[training_set]") {
    const auto all = tests::training_set(tests::world(), {}, 40, 8, 0.25);
    const auto alone = tests::training_set(parallel::Communicator::self(), {}, 40, 8, 0.25);
    CHECK(parallel::sum(tests::world(), all.known_energy) == Approx(alone.known_energy).epsilon(1e-13));
}
