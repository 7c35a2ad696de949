#include "rfhgn/parallel/stopwatch.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

TEST_CASE("phases add up in order of first use") {
    parallel::PhaseTimes times;
    times.add("rows", 1.5);
    times.add("tree", 1.0);
    times.add("rows", 0.25);
    CHECK(times.seconds("rows") == 1.75);
    CHECK(times.seconds("tree") == 1.0);
    CHECK(times.seconds("absent") == 0.0);
    REQUIRE(times.phases().size() == 2);
    CHECK(times.phases()[0].first == "rows");
}

TEST_CASE("a scoped phase adds the time of its scope") {
    parallel::PhaseTimes times;
    const double before = parallel::wall_time();
    {
        const parallel::ScopedPhase phase(times, "wait");
        while (parallel::wall_time() < before + 0.002) {
        }
    }
    const double elapsed = parallel::wall_time() - before;
    CHECK(times.seconds("wait") > 0.001);
    CHECK(times.seconds("wait") <= elapsed);
}

}  // namespace rfhgn::tests
