#include <cmath>
#include <functional>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"
#include "rfhgn/graph/evaluation.hpp"

#include "cases.hpp"
#include "failure_of.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

/// Leapfrog from a small random state for `steps`; the largest momentum component at the end.
double final_momentum(const systems::SystemOptions& options, double dt, int steps) {
    systems::InitialStateOptions start;
    start.displacement = 1e-6;
    start.momentum = 1e-6;
    Setup setup(parallel::Communicator::self(), options, false, start);
    std::vector<double> velocities(setup.momenta.size());
    for (int step = 0; step < steps; ++step) {
        const auto forces = setup.forces();
        for (std::size_t c = 0; c < forces.size(); ++c) setup.momenta[c] += dt * forces[c];
        graph::velocities(*setup.hamiltonian, setup.graph, setup.momenta, velocities);
        for (std::size_t c = 0; c < forces.size(); ++c) setup.positions[c] += dt * velocities[c];
    }
    double largest = 0.0;
    for (const double p : setup.momenta) {
        if (std::isnan(p)) return std::numeric_limits<double>::infinity();
        largest = std::max(largest, std::abs(p));
    }
    return largest;
}

}  // namespace

TEST_CASE("a deck sets a system") {
    config::Deck deck(R"([system]
graph = "triangular"
size = [5, 4]
potential = "morse"
stiffness = [0.5, 2.0]
mass = 3.0
)",
                      "deck.toml");
    systems::SystemOptions options;
    options.bind(deck.section("system"));
    options.check(deck.section("system"));
    deck.finish();
    const systems::System system(options);
    CHECK(system.nodes() == 20);
    CHECK(system.dimension() == 2);
    CHECK(system.description() == "triangular 5x4, morse springs");
    CHECK(system.edge_attribute_names() == std::vector<std::string>{"stiffness"});
}

TEST_CASE("impossible combinations are problems of the deck and refused by System") {
    CHECK_THAT(failure_of("[system]\ngraph = 'chain'\nsize = [2, 2]"),
               Catch::Contains("takes 1 number of sites"));
    CHECK_THAT(failure_of("[system]\ngraph = 'ring'\nsize = [2]"), Catch::Contains("at least 3"));
    CHECK_THAT(failure_of("[system]\ndimension = 2"), Catch::Contains("3 to 3 dimensions"));
    CHECK_THAT(failure_of("[system]\npotential = 'gravity'"), Catch::Contains("must be complete"));
    CHECK_THAT(failure_of("[system]\nrest_length = 0.0"), Catch::Contains("give it as spacing"));
    CHECK(failure_of("[system]\nsize = [3, 4, 5]").empty());
    CHECK(failure_of("[system]\npotential = 'lennard_jones'").empty());
    CHECK_THAT(failure_of("[system]\npotential = 'lennard_jones'\nrest_length = [0.0, 2.0]"),
               Catch::Contains("cannot rest in one place"));

    using Change = std::function<void(systems::SystemOptions&)>;
    for (const Change& change : {Change([](auto& o) { o.graph = "star"; }),
                                 Change([](auto& o) { o.potential = "magic"; }), Change([](auto& o) {
                                     o.size = {2, 0, 2};
                                 }),
                                 Change([](auto& o) {
                                     o.mass = {0.0, 1.0};
                                 }),
                                 Change([](auto& o) {
                                     o.stiffness = {2.0, 1.0};
                                 }),
                                 Change([](auto& o) {
                                     o.size = {1 << 30, 1 << 30, 1 << 30};
                                 }),
                                 Change([](auto& o) { o.spacing = -1.0; })}) {
        systems::SystemOptions options;
        change(options);
        CHECK_THROWS_AS(systems::System(options), InputError);
    }
}

TEST_CASE("edge attributes are what varies and what the potential reads") {
    auto options = options_of("chain", {4}, "harmonic");
    options.stiffness = {1.0, 2.0};
    options.rest_length = {0.5, 1.5};
    CHECK(systems::System(options).edge_attribute_names() ==
          std::vector<std::string>{"stiffness", "rest_length"});
    const auto part = systems::System(options).graph_part(parallel::Communicator::self());
    for (std::size_t e = 0; e < part.edges.size(); ++e) {
        CHECK((part.edge_attributes.row(e)[0] >= 1.0 && part.edge_attributes.row(e)[0] < 2.0));
        CHECK((part.edge_attributes.row(e)[1] >= 0.5 && part.edge_attributes.row(e)[1] < 1.5));
    }
    options.potential = "zero_rest_length";
    CHECK(systems::System(options).edge_attribute_names() == std::vector<std::string>{"stiffness"});
    CHECK(systems::System(options_of("chain", {4}, "harmonic")).edge_attribute_names().empty());
}

TEST_CASE("a step that is refused is unstable, one that is not refused may be stable") {
    const systems::InitialStateOptions near{.displacement = 1e-4, .momentum = 1e-3};
    for (const char* potential : {"harmonic", "quartic", "morse", "squared_distance", "lennard_jones"}) {
        for (const auto& options :
             {options_of("chain", {2}, potential), options_of("chain", {60}, potential),
              options_of("square", {12, 12}, potential), options_of("cubic", {6, 6, 6}, potential)}) {
            auto equal = options;
            equal.mass = {1.0, 1.0};
            const double limit = systems::System(equal).certainly_unstable_step(near);
            INFO(systems::System(equal).description());
            CHECK(limit >= systems::System(equal).largest_stable_step() * 0.999);
            CHECK(final_momentum(equal, 0.97 * limit, 400) < 1e-3);
            CHECK_FALSE(final_momentum(equal, 1.1 * limit, 1000) < 1e-3);
        }
    }
}

TEST_CASE("no step is certain to fail where bonds may break or orbits are not bound") {
    const auto infinite = std::numeric_limits<double>::infinity();
    auto morse = options_of("cubic", {3, 3, 3}, "morse");
    CHECK(systems::System(morse).certainly_unstable_step({.displacement = 0.01, .momentum = 0.1}) < infinite);
    CHECK(systems::System(morse).certainly_unstable_step({.displacement = 0.01, .momentum = 50}) == infinite);
    CHECK(systems::System(morse).certainly_unstable_step({.displacement = 5, .momentum = 0.1}) == infinite);
    auto bodies = options_of("complete", {8}, "gravity");
    bodies.stiffness = {1.0, 1.0};
    bodies.parameters = {{"softening", 1e-3}};
    // The deepest encounter would need 3e-5; the first distances need no less than some 1.
    CHECK(systems::System(bodies).largest_stable_step() < 1e-4);
    const double limit =
        systems::System(bodies).certainly_unstable_step({.displacement = 0.2, .momentum = 0.3});
    CHECK((limit > 0.5 && limit < 20));
    CHECK(systems::System(bodies).certainly_unstable_step({.displacement = 0.2, .momentum = 1e3}) ==
          infinite);
}

TEST_CASE("leapfrog is stable below the largest stable step and not far above it") {
    for (const char* potential :
         {"harmonic", "zero_rest_length", "quartic", "morse", "squared_distance", "lennard_jones"}) {
        for (const auto& options :
             {options_of("chain", {60}, potential), options_of("square", {12, 12}, potential),
              options_of("cubic", {6, 6, 6}, potential)}) {
            auto equal = options;
            equal.mass = {1.0, 1.0};
            const double limit = systems::System(equal).largest_stable_step();
            INFO(systems::System(equal).description());
            // Springs of no rest length pull the whole lattice together: bounded too, but not small.
            const double bound = equal.potential == "zero_rest_length" ? 1e3 : 1e-3;
            CHECK(final_momentum(equal, 0.99 * limit, 400) < bound);
            CHECK_FALSE(final_momentum(equal, 1.9 * limit, 400) < bound);
        }
    }
    CHECK(systems::System(options_of("chain", {1}, "harmonic")).largest_stable_step() ==
          std::numeric_limits<double>::infinity());
    auto oscillator = options_of("chain", {2}, "harmonic");
    oscillator.stiffness = {3.0, 3.0};
    oscillator.mass = {2.0, 2.0};
    CHECK(systems::System(oscillator).largest_stable_step() == Approx(2.0 / std::sqrt(3.0)));
}
