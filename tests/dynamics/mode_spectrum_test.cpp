#include "rfhgn/dynamics/mode_spectrum.hpp"

#include <cmath>
#include <numbers>

#include "rfhgn/dynamics/simulation.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

dynamics::ModeSpectrum spectrum_of(const systems::SystemOptions& options,
                                   const parallel::Communicator& comm = tests::world()) {
    const auto placed = tests::Placed::make(comm, options);
    return dynamics::mode_spectrum(comm, placed.graph, *placed.system.force_field(),
                                   {0, placed.positions, placed.momenta});
}

systems::SystemOptions chain(GlobalIndex nodes) {
    systems::SystemOptions options;
    options.graph = "chain";
    options.size = {nodes};
    options.stiffness = {3.0, 3.0};
    options.mass = {0.5, 0.5};
    return options;
}

}  // namespace

TEST_CASE("the fastest wave of a chain of springs is known", "[modes]") {
    for (const GlobalIndex nodes : {4, 9, 120}) {
        const auto found = spectrum_of(chain(nodes));
        const double angle = std::numbers::pi * static_cast<double>(nodes - 1) / static_cast<double>(nodes);
        const double exact = 3.0 / 0.5 * (2 - 2 * std::cos(angle));
        CHECK(found.highest == Approx(exact).epsilon(1e-3));
        CHECK(found.lowest >= -1e-6);
        CHECK(found.stable_step() == Approx(2 / std::sqrt(exact)).epsilon(1e-3));
        CHECK(found.shortest_period() == Approx(2 * std::numbers::pi / std::sqrt(exact)).epsilon(1e-3));
    }
}

TEST_CASE("leapfrog is stable below the limit of the fastest vibration, not above", "[modes]") {
    auto options = chain(8);
    options.stiffness = {1.0, 4.0};
    options.mass = {0.5, 2.0};
    const double limit = spectrum_of(options).stable_step();
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto field = placed.system.force_field();
    const auto energy_after = [&](double dt) {
        dynamics::Simulation simulation(tests::world(), placed.graph, *field,
                                        {0, placed.positions, placed.momenta},
                                        {.dt = dt, .check_interval = 1000000});
        simulation.run_to(400);
        const auto scalars = simulation.scalars();
        return scalars.kinetic + scalars.potential;
    };
    const double start = energy_after(1e-6);
    CHECK(energy_after(0.9 * limit) < 1e3 * start);
    CHECK(energy_after(1.05 * limit) > 1e6 * start);
}

TEST_CASE("attraction grows along a line and swings across it", "[modes]") {
    systems::SystemOptions options;
    options.graph = "complete";
    options.size = {2};
    options.potential = "gravity";
    options.parameters["softening"] = 1e-9;
    options.spacing = 1.0;
    const auto found = spectrum_of(options, parallel::Communicator::self());
    CHECK(found.lowest == Approx(-2 * found.highest).epsilon(1e-3));
    CHECK(found.shortest_period() == Approx(2 * std::numbers::pi / std::sqrt(-found.lowest)).epsilon(1e-3));
}

TEST_CASE("where nothing acts nothing vibrates", "[modes]") {
    const auto found = spectrum_of(chain(1), parallel::Communicator::self());
    CHECK(found.highest == 0);
    CHECK(found.largest_frequency() == 0);
    CHECK(std::isinf(found.stable_step()));
    CHECK(std::isinf(found.shortest_period()));
}
