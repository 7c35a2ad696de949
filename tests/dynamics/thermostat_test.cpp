#include "rfhgn/dynamics/thermostat.hpp"

#include <cmath>

#include "rfhgn/dynamics/simulation.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions lattice() {
    systems::SystemOptions options;
    options.size = {6, 6, 6};
    options.mass = {0.5, 2.0};
    return options;
}

/// Σ p²/m over d (N − 1) k.
double temperature_of(const graph::DistributedGraph& graph, std::span<const double> momenta) {
    double sum = 0;
    for (std::size_t c = 0; c < graph.owned_size(); ++c)
        sum += momenta[c] * momenta[c] / graph.mass[c / static_cast<std::size_t>(graph.dimension)];
    return parallel::sum(tests::world(), sum) /
           (graph.dimension * static_cast<double>(graph.total_nodes - 1));
}

double total_momentum(const graph::DistributedGraph& graph, std::span<const double> momenta) {
    std::array<double, 3> total{};
    for (std::size_t c = 0; c < graph.owned_size(); ++c) total[c % 3] += momenta[c];
    parallel::sum<double>(tests::world(), total);
    return std::fabs(total[0]) + std::fabs(total[1]) + std::fabs(total[2]);
}

/// Owned momenta after a few applications, by global id, on every rank.
std::vector<double> after(const parallel::Communicator& comm, dynamics::Thermostat& thermostat) {
    const auto placed = tests::Placed::make(comm, lattice());
    auto momenta = placed.momenta;
    for (std::int64_t step = 1; step <= 20; ++step) thermostat.apply(placed.graph, step, momenta);
    std::vector<double> all(static_cast<std::size_t>(placed.graph.total_nodes) * 3, 0.0);
    for (std::size_t c = 0; c < placed.graph.owned_size(); ++c)
        all[static_cast<std::size_t>(placed.graph.node_id[c / 3]) * 3 + c % 3] = momenta[c];
    parallel::sum(comm, std::span<double>(all));
    return all;
}

}  // namespace

TEST_CASE("rescaling sets the temperature at its steps and leaves others alone", "[thermostat]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    auto momenta = placed.momenta;
    const auto thermostat = dynamics::rescale_momenta(tests::world(), 0.7, 10);
    thermostat->apply(placed.graph, 9, momenta);
    CHECK(momenta == placed.momenta);
    thermostat->apply(placed.graph, 10, momenta);
    CHECK(temperature_of(placed.graph, momenta) == Approx(0.7).epsilon(1e-10));
    if (placed.graph.owned > 0)
        CHECK(momenta[0] / momenta[1] == Approx(placed.momenta[0] / placed.momenta[1]));
}

TEST_CASE("both thermostats do the same on any number of ranks", "[thermostat]") {
    const auto& self = parallel::Communicator::self();
    const auto friction = dynamics::langevin(0.7, 2.0, 0.05, 5);
    CHECK(after(tests::world(), *friction) == after(self, *friction));
    const auto spread = dynamics::rescale_momenta(tests::world(), 0.7, 10);
    const auto serial = dynamics::rescale_momenta(self, 0.7, 10);
    CHECK(after(tests::world(), *spread) == after(self, *serial));
    const auto other = dynamics::langevin(0.7, 2.0, 0.05, 6);
    CHECK(after(self, *other) != after(self, *friction));
}

TEST_CASE("Langevin's momenta become Maxwell's: moments of each mass, and memory exp(-2 gamma t)",
          "[thermostat]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    auto momenta = placed.momenta;
    const auto thermostat = dynamics::langevin(0.7, 1.0, 0.5, 1);
    for (std::int64_t step = 1; step <= 30; ++step) thermostat->apply(placed.graph, step, momenta);
    double second = 0;
    double fourth = 0;
    constexpr int samples = 50;
    for (std::int64_t step = 31; step <= 30 + 8 * samples; ++step) {
        thermostat->apply(placed.graph, step, momenta);
        if (step % 8 != 0) continue;  // memory of 2 %
        for (std::size_t c = 0; c < placed.graph.owned_size(); ++c) {
            const double x2 = momenta[c] * momenta[c] / (placed.graph.mass[c / 3] * 0.7);
            second += x2 / samples;
            fourth += x2 * x2 / samples;
        }
    }
    const double values = 3.0 * static_cast<double>(placed.graph.total_nodes);
    const double error = 1.0 / std::sqrt(values * samples);
    CHECK(std::fabs(parallel::sum(tests::world(), second) / values - 1.0) < 5 * std::sqrt(2.0) * error);
    CHECK(std::fabs(parallel::sum(tests::world(), fourth) / values - 3.0) < 5 * std::sqrt(96.0) * error);
}

TEST_CASE("a thermostat brings a lattice to its temperature and stops there", "[thermostat]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto hamiltonian = placed.system.force_field();
    for (const char* name : {"rescale", "langevin"}) {
        dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian,
                                        {0, placed.positions, placed.momenta}, {.dt = 0.05});
        dynamics::EquilibrationOptions options;
        options.thermostat = name;
        const auto thermostat = dynamics::make_thermostat(tests::world(), options, 0.05, 0.05, 3);
        simulation.equilibrate(*thermostat, 400);
        INFO(name);
        CHECK(simulation.state().step == 0);
        const auto& momenta = simulation.state().momentum;
        CHECK(temperature_of(placed.graph, momenta) == Approx(0.05).epsilon(1e-9));
        CHECK(total_momentum(placed.graph, momenta) < 1e-9);
        // Springs hold as much as motion does: the lattice is in equilibrium, not only set to a temperature.
        simulation.run_to(200);
        CHECK(temperature_of(placed.graph, momenta) ==
              Approx(0.05).epsilon(6 * std::sqrt(2.0 / (3 * 216.0))));
    }
}
