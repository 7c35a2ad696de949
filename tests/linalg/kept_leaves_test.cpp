#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/linalg/least_squares.hpp"

#include "factorise.hpp"
#include "support/world.hpp"
#include "synthetic_rows.hpp"

using namespace rfhgn;
using tests::world;

namespace {

constexpr int columns = 6;

// Keeps everything in memory and stops after some leaves.
class Memory final : public linalg::FactorCheckpoint {
  public:
    linalg::RFactorNodes restore(std::uint64_t fingerprint, int /*columns*/,
                                 parallel::Range /*owned*/) override {
        if (fingerprint_ == 0) fingerprint_ = fingerprint;
        return fingerprint == fingerprint_ ? kept : linalg::RFactorNodes();
    }
    void leaf_done(const linalg::RFactorNodes& held) override {
        ++leaves_made;
        if (--left != 0) return;
        for (const auto& [node, pair] : held) kept.insert_or_assign(node, pair);
        throw Error(ExitCode::stopped_early, "enough");
    }
    void between_blocks(const linalg::RFactorNodes& held) override {
        if (keeps_between) leaves_done(held);
    }
    void leaves_done(const linalg::RFactorNodes& held) override {
        for (const auto& [node, pair] : held) kept.insert_or_assign(node, pair);
    }

    linalg::RFactorNodes kept;
    int left = -1;  // leaves until it stops; below 0: never
    int leaves_made = 0;
    bool keeps_between = false;

  private:
    std::uint64_t fingerprint_ = 0;
};

tests::SyntheticRows rows_on(const parallel::Communicator& comm, int leaves) {
    tests::SyntheticRows rows(comm, 40 * leaves + 13, columns, leaves, tests::gaussian_rows(columns, 0.1));
    rows.hold_every = 5;
    return rows;
}

bool same(const linalg::RFactorPair& a, const linalg::RFactorPair& b) {
    return a.training.rows == b.training.rows && a.training.values == b.training.values &&
           a.held_out.rows == b.held_out.rows && a.held_out.values == b.held_out.values;
}

linalg::RFactorPair factorise_with(const parallel::Communicator& comm, int leaves, Memory& memory) {
    parallel::PhaseTimes times;
    const auto rows = rows_on(comm, leaves);
    const std::vector<linalg::TargetRows> targets{{.name = "", .rows = rows, .keeper = &memory}};
    return linalg::factorise(comm, targets, nullptr, times).front();
}

// True when it stopped as it was told to.
bool stops(const parallel::Communicator& comm, int leaves, Memory& memory) {
    try {
        factorise_with(comm, leaves, memory);
    } catch (const Error& error) {
        return error.code() == ExitCode::stopped_early;
    }
    return false;
}

}  // namespace

TEST_CASE("a factorisation that was stopped goes on with the same bits, on any number of ranks") {
    const auto self = parallel::Communicator::self();
    for (const int leaves : {1, 5, 8, 13, 32}) {
        const auto whole = linalg::factorise(world(), rows_on(world(), leaves));
        for (int done = 1; done <= leaves; done += 3) {
            Memory alone;
            alone.left = done;
            REQUIRE_ALL(stops(self, leaves, alone));
            // Kept by one rank, taken up by all.
            Memory together;
            together.kept = alone.kept;
            CHECK(same(factorise_with(world(), leaves, together), whole));
            const auto made = parallel::sum(world(), together.leaves_made);
            CHECK(made == leaves - done);
            // And by the same one.
            alone.left = -1;
            alone.leaves_made = 0;
            CHECK(same(factorise_with(self, leaves, alone), whole));
            CHECK(alone.leaves_made == leaves - done);
        }
    }
}

TEST_CASE("each of several targets goes on from what its own keeper has") {
    constexpr int leaves = 8;
    const auto self = parallel::Communicator::self();
    const auto first = rows_on(self, leaves);
    tests::SyntheticRows second(self, 5 * leaves, columns, leaves, tests::gaussian_rows(columns, 0.5));
    const auto whole = linalg::factorise(self, first);
    const auto whole_second = linalg::factorise(self, second);
    Memory a;
    Memory b;
    a.keeps_between = true;
    b.left = 3;
    const auto factorise = [&] {
        parallel::PhaseTimes times;
        const std::vector<linalg::TargetRows> targets{{.name = "first", .rows = first, .keeper = &a},
                                                      {.name = "second", .rows = second, .keeper = &b}};
        return linalg::factorise(self, targets, nullptr, times);
    };
    CHECK_THROWS_WITH(factorise(), "enough");
    CHECK(a.leaves_made == 3);
    CHECK(!b.kept.empty());
    b.left = -1;
    const auto found = factorise();
    CHECK(same(found.at(0), whole));
    CHECK(same(found.at(1), whole_second));
    CHECK(a.leaves_made == leaves);
    CHECK(b.leaves_made == leaves);
}

TEST_CASE("ranks that stop at different leaves lose none of them") {
    constexpr int leaves = 24;
    const auto whole = linalg::factorise(world(), rows_on(world(), leaves));
    Memory memory;
    memory.left = 1 + world().rank();
    REQUIRE_ALL(stops(world(), leaves, memory));
    const int before = parallel::sum(world(), memory.leaves_made);
    memory.left = -1;
    memory.leaves_made = 0;
    CHECK(same(factorise_with(world(), leaves, memory), whole));
    CHECK(parallel::sum(world(), memory.leaves_made) == leaves - before);
}

TEST_CASE("nested nodes of several runs count once, and what does not add up is left") {
    constexpr int leaves = 16;
    const auto whole = linalg::factorise(world(), rows_on(world(), leaves));
    const auto self = parallel::Communicator::self();
    Memory late;
    late.left = 12;
    REQUIRE_ALL(stops(self, leaves, late));
    Memory early;
    early.left = 7;
    REQUIRE_ALL(stops(self, leaves, early));
    Memory both;
    both.kept = late.kept;
    both.kept.insert(early.kept.begin(), early.kept.end());
    CHECK(same(factorise_with(world(), leaves, both), whole));
    CHECK(parallel::sum(world(), both.leaves_made) == leaves - 12);
    if (world().size() < 3) return;
    // Others do not see a node of the first rank that holds leaves of theirs: all begin anew.
    Memory blind;
    if (world().is_root()) blind.kept = late.kept;
    CHECK(same(factorise_with(world(), leaves, blind), whole));
    CHECK(parallel::sum(world(), blind.leaves_made) == leaves);
}

TEST_CASE("rows that are kept in memory are all seen by LSQR after a restart") {
    constexpr int leaves = 12;
    linalg::LeastSquaresOptions options;
    options.rows = "keep";
    const auto rows = rows_on(world(), leaves);
    const auto whole = linalg::solve(world(), rows, options);
    const auto memory = std::make_shared<Memory>();
    memory->left = 1;
    options.keeper = memory;
    bool stopped = false;
    try {
        linalg::solve(world(), rows, options);
    } catch (const Error& error) {
        stopped = error.code() == ExitCode::stopped_early && error.everywhere();
    }
    REQUIRE_ALL(stopped);
    memory->left = -1;
    const auto resumed = linalg::solve(world(), rows, options);
    CHECK(resumed.coefficients == whole.coefficients);
    CHECK(resumed.report.training_error == whole.report.training_error);
    CHECK(resumed.report.lsqr_iterations == whole.report.lsqr_iterations);
}
