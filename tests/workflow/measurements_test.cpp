#include "measurements.hpp"

#include <fstream>
#include <sstream>

#include "rfhgn/parallel/collectives.hpp"

#include "initial_state.hpp"
#include "support/fastest_speed.hpp"
#include "support/temporary_directory.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

TEST_CASE("what a kind from outside finds becomes files and figures of the summary") {
    workflow::RolloutOptions options;
    options.steps = 20;
    config::Deck deck("[system]\ngraph = 'cubic'\nsize = [2, 2, 2]\n[observe]\nfastest_speed = true\n",
                      "deck");
    options.system.bind(deck.section("system"));
    options.initial.momentum = 0.5;
    dynamics::ObserverKinds kinds;
    kinds.push_back(std::make_unique<FastestSpeedKind>());
    options.observe.bind(deck.section("observe"), false, std::move(kinds));
    deck.finish();
    CHECK(workflow::measurement_files(options.observe, "exact-") ==
          std::vector<std::string>{"exact-fastest.csv"});

    constexpr double dt = 0.01;
    const auto system = workflow::simulated(systems::System(options.system));
    const auto hamiltonian = system.exact_force();
    const workflow::InitialState start(world(), system, options.initial);
    const auto run = start.run(*hamiltonian, {.dt = dt});
    const workflow::Measurements measurements(
        options.observe, workflow::observed_run(world(), system, *hamiltonian, options, dt), *run.simulation);
    run.simulation->run_to(options.steps);
    run.simulation->finish();

    report::Json summary;
    measurements.add_to(summary, "exact_");
    CHECK(summary["exact_fastest"]["samples"] == 3.0);  // steps 0, 10 and 20
    CHECK(summary["exact_fastest"]["speed"].get<double>() > 0.1);
    CHECK(summary["exact_fastest"]["unknown"].is_null());

    const TemporaryDirectory directory;
    measurements.write(world(), directory.file("exact-"));
    parallel::barrier(world());
    std::stringstream text;
    text << std::ifstream(directory.file("exact-fastest.csv")).rdbuf();
    std::string line;
    std::getline(text, line);
    CHECK(line == "time,above");
    std::getline(text, line);
    CHECK(line == "0,0");  // none is as fast as the threshold, 1
    parallel::barrier(world());
}

}  // namespace rfhgn::tests
