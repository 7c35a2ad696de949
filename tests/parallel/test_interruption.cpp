#include <atomic>
#include <limits>
#include <thread>

#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/parallel/watchdog.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

void work_until(double end) {
    while (parallel::wall_time() < end) parallel::interruption_point();
}

std::string told_by_all(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.code() == ExitCode::stopped_early && error.everywhere() ? error.what() : "not so";
    }
    return {};
}

}  // namespace

TEST_CASE("without a request nothing is interrupted") {
    const parallel::Interruptible interruptible(world(), endless);
    parallel::enter_stage({.name = "stage", .advice = "", .beat_seconds = 0.001});
    CHECK_NOTHROW(parallel::together_at_length(world(), [] { work_until(parallel::wall_time() + 0.05); }));
    CHECK_NOTHROW(parallel::interruption_point(world()));
    CHECK(parallel::stop_request() == 0);
}

TEST_CASE("what one rank is asked, ranks that work by themselves learn soon") {
    const parallel::Interruptible interruptible(world(),
                                                world().rank() + 1 == world().size() ? 0.0 : endless);
    parallel::enter_stage({.name = "stage", .advice = ""});
    const double start = parallel::wall_time();
    const auto told = told_by_all([&] {
        // Only the last rank looks at once; all others would work on for a minute.
        parallel::together_at_length(world(), [&] { work_until(start + 60); });
    });
    REQUIRE_ALL(told == "stage: stopped by the limit of wall time");
    REQUIRE_ALL(parallel::wall_time() - start < 20);
    const auto again = told_by_all([] { parallel::interruption_point(world()); });
    REQUIRE_ALL(again == told);
}

TEST_CASE("who waits hears that others are at work") {
    const parallel::Interruptible interruptible(world(), endless);
    std::atomic<int> heard{0};
    parallel::enter_stage({.name = "stage", .advice = "", .beat_seconds = 0.01, .alive = [&] { ++heard; }});
    const bool works = world().rank() + 1 == world().size();
    parallel::together_at_length(world(), [&] {
        heard = 0;
        if (works) work_until(parallel::wall_time() + 0.5);
    });
    REQUIRE_ALL(heard > 2);
    parallel::enter_stage({});
}

TEST_CASE("a patience beyond what clocks count is no reason to end") {
    for (const double seconds : {1e9, 1e12, 1e300, endless}) {
        const parallel::Watchdog watchdog(seconds, 1, [] {});
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    SUCCEED();
}

}  // namespace rfhgn::tests
