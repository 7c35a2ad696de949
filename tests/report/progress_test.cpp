#include "rfhgn/report/progress.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/report/log.hpp"

#include "report/captured_output.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::CapturedOutput;
using tests::world;

namespace {

/// Plays the part of the time loop: `steps` steps of `step_seconds`, energy 2 + step * 1e-3, observed when
/// due.
void run(dynamics::Observer& observer, const graph::DistributedGraph& graph, std::int64_t steps,
         double step_seconds) {
    dynamics::Scalars scalars;
    for (std::int64_t step = 0; step <= steps; ++step) {
        if (step > 0) std::this_thread::sleep_for(std::chrono::duration<double>(step_seconds));
        scalars.kinetic = 0.5 + static_cast<double>(step) * 1e-3;
        scalars.potential = 1.5;
        if (step % observer.interval() == 0 || step == steps)
            observer.observe({step, static_cast<double>(step) * 0.1, graph, {}, {}, {}, {}, scalars});
    }
    observer.observe({steps, static_cast<double>(steps) * 0.1, graph, {}, {}, {}, {}, scalars});
    observer.finish();
}

/// A graph without nodes: progress looks at the scalars only. *Collective.*
graph::DistributedGraph no_nodes() {
    return {.dimension = 1,
            .node_id = {},
            .mass = {},
            .species = {},
            .halo = parallel::HaloExchange(world(), 0, {})};
}

std::string logged(std::int64_t steps, double step_seconds, double seconds) {
    const CapturedOutput out(STDOUT_FILENO);
    report::start_log(world().rank(), false);
    const auto graph = no_nodes();
    const auto observer = report::show_progress(world(), "rollout", steps, seconds);
    run(*observer, graph, steps, step_seconds);
    return out.text();
}

auto lines(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("Progress shows the first and the last step however long it takes") {
    const auto text = logged(40, 0.0, 1e9);
    if (!world().is_root()) {
        CHECK(text.empty());
        return;
    }
    CHECK(lines(text) == 2);
    CHECK_THAT(text, Catch::Contains("rollout: step 0 of 40, t = 0\n"));
    CHECK_THAT(text, Catch::Contains("rollout: step 40 of 40, t = 4, "));
    CHECK_THAT(text, Catch::Contains(" in all, energy drift +2.0e-02\n"));
}

TEST_CASE("Progress lines keep their distance in time") {
    const auto start = parallel::wall_time();
    const auto text = logged(60, 0.005, 0.1);
    const auto elapsed = parallel::wall_time() - start;
    if (!world().is_root()) return;
    CHECK(lines(text) >= 3);
    CHECK(static_cast<double>(lines(text)) <= 2 + elapsed / 0.1);
    CHECK_THAT(text, Catch::Contains(" s left, energy drift +"));
}

TEST_CASE("The observation interval follows the rate of the steps, alike on all ranks") {
    const auto graph = no_nodes();
    const CapturedOutput out(STDOUT_FILENO);
    report::start_log(world().rank(), true);
    const auto fast = report::show_progress(world(), "rollout", 100000, 10.0);
    CHECK(fast->interval() == 100);
    run(*fast, graph, 1000, 0.0);
    const auto stretched = fast->interval();
    CHECK(stretched > 100);
    CHECK(parallel::min(world(), stretched) == parallel::max(world(), stretched));

    const auto slow = report::show_progress(world(), "rollout", 100000, 0.02);
    run(*slow, graph, 100, 0.001);
    CHECK(slow->interval() <= 20);
}
