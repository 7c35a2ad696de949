#include "rfhgn/dynamics/comparison.hpp"

#include <cmath>

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

TEST_CASE("comparing the exact system with itself gives no error", "[comparison]") {
    const auto placed = tests::Placed::make(tests::world(), {});
    const auto hamiltonian = placed.system.force_field();
    const dynamics::State state{0, placed.positions, placed.momenta};
    dynamics::Simulation reference(tests::world(), placed.graph, *hamiltonian, state, {.dt = 0.01});
    dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian, state, {.dt = 0.01});
    std::vector<dynamics::RolloutError> errors;
    simulation.observe_with(
        std::make_unique<dynamics::Comparison>(tests::world(), reference, *hamiltonian, 10, errors));
    simulation.run_to(30);
    simulation.finish();
    REQUIRE(errors.size() == 4);
    for (const auto& e : errors) {
        CHECK(e.position == 0.0);
        CHECK(e.momentum == 0.0);
        CHECK(e.energy == 0.0);
    }
    CHECK(errors.back().step == 30);
    CHECK(reference.state().step == 30);
}

TEST_CASE("a shifted copy has the error that its definition says", "[comparison]") {
    const auto placed = tests::Placed::make(tests::world(), {});
    const auto hamiltonian = placed.system.force_field();
    dynamics::State doubled{0, placed.positions, placed.momenta};
    for (double& p : doubled.momentum) p *= 3.0;
    dynamics::Simulation reference(tests::world(), placed.graph, *hamiltonian,
                                   {0, placed.positions, placed.momenta}, {.dt = 0.01});
    dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian, doubled, {.dt = 0.01});
    std::vector<dynamics::RolloutError> errors;
    simulation.observe_with(
        std::make_unique<dynamics::Comparison>(tests::world(), reference, *hamiltonian, 10, errors));
    simulation.run_to(0);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].position == 0.0);
    CHECK(errors[0].momentum == Approx(0.5));  // |p − 3p| / (|p| + |3p|)
}

TEST_CASE("the drift of a line is its slope", "[comparison]") {
    std::vector<dynamics::EnergyRecord::Entry> entries;
    for (int k = 0; k <= 10; ++k) entries.push_back({0.5 * k, 2.0 + 0.25 * 0.5 * k, {1e-3 * k, 0, 0}});
    const auto drift = dynamics::energy_drift(entries);
    CHECK(drift.slope == Approx(0.25));
    CHECK(drift.largest_deviation == Approx(1.25));
    CHECK(drift.largest_momentum_change == Approx(1e-2));
}
