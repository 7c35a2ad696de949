#include <cmath>

#include "cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

/// Two nodes at distance r in the plane: {V, −dV/dr on the second node}.
std::pair<double, double> bond(const systems::SystemOptions& options, double r) {
    Setup setup(parallel::Communicator::self(), options);
    setup.positions = {1.0, -2.0, 1.0 + 0.6 * r, -2.0 + 0.8 * r};
    const auto forces = setup.forces();
    return {graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions),
            0.6 * forces[2] + 0.8 * forces[3]};
}

systems::SystemOptions pair_of(const std::string& potential) {
    auto options = options_of("complete", {2}, potential);
    options.stiffness = {3.0, 3.0};
    options.rest_length = {0.5, 0.5};
    options.mass = {2.0, 2.0};
    return options;
}

}  // namespace

TEST_CASE("bond energies and forces by hand") {
    const double s = 0.75;
    auto quartic = pair_of("quartic");
    quartic.parameters = {{"quartic", 2.0}};
    auto morse = pair_of("morse");
    morse.parameters = {{"morse_width", 1.5}};
    auto gravity = pair_of("gravity");
    gravity.parameters = {{"softening", 0.5}};
    const double decay = std::exp(-1.5 * s);
    const double softened = std::sqrt(1.25 * 1.25 + 0.25);

    const auto close = [](std::pair<double, double> found, double energy, double force) {
        CHECK(found.first == Approx(energy).epsilon(1e-14));
        CHECK(found.second == Approx(force).epsilon(1e-14));
    };
    close(bond(pair_of("harmonic"), 1.25), 0.5 * 3.0 * s * s, -3.0 * s);
    close(bond(pair_of("zero_rest_length"), 1.25), 0.5 * 3.0 * 1.25 * 1.25, -3.0 * 1.25);
    close(bond(quartic, 1.25), 0.5 * 3.0 * s * s + 2.0 * 3.0 * std::pow(s, 4) / 4.0,
          -3.0 * (s + 2.0 * s * s * s));
    close(bond(morse, 1.25), 3.0 * std::pow(1.0 - decay, 2), -2.0 * 3.0 * 1.5 * decay * (1.0 - decay));
    const double inverse6 = std::pow(0.5 / 1.25, 6);
    close(bond(pair_of("lennard_jones"), 1.25), 3.0 * std::pow(1.0 - inverse6, 2),
          -12.0 * 3.0 * inverse6 * (1.0 - inverse6) / 1.25);
    close(bond(pair_of("squared_distance"), 1.25), 3.0 * std::pow(1.25 * 1.25 - 0.25, 2),
          -4.0 * 3.0 * 1.25 * (1.25 * 1.25 - 0.25));
    close(bond(gravity, 1.25), -3.0 * 4.0 / softened, -3.0 * 4.0 * 1.25 / std::pow(softened, 3));
}

TEST_CASE("the benchmark's springs: a ring of five, energy (r² − 1)² a spring") {
    auto options = options_of("ring", {5}, "squared_distance");
    options.mass = {1.0, 1.0};
    Setup setup(parallel::Communicator::self(), options);
    double expected = 0.0;
    for (std::size_t i = 0; i < 5; ++i) {
        const std::size_t j = (i + 1) % 5;
        const double dx = setup.positions[2 * i] - setup.positions[2 * j];
        const double dy = setup.positions[2 * i + 1] - setup.positions[2 * j + 1];
        expected += std::pow(dx * dx + dy * dy - 1.0, 2);
    }
    CHECK(graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions) ==
          Approx(expected).epsilon(1e-13));
}

TEST_CASE("velocities and kinetic energy are Newton's") {
    for (const auto& options :
         {options_of("chain", {300}, "harmonic"), options_of("square", {20, 19}, "harmonic"),
          options_of("cubic", {7, 7, 7}, "harmonic")}) {
        const Setup setup(parallel::Communicator::self(), options);
        const auto d = static_cast<std::size_t>(setup.system.dimension());
        std::vector<double> velocities(setup.momenta.size());
        graph::velocities(*setup.hamiltonian, setup.graph, setup.momenta, velocities);
        double energy = 0.0;
        double worst = 0.0;
        for (std::size_t c = 0; c < velocities.size(); ++c) {
            const double mass = setup.graph.mass[c / d];
            energy += setup.momenta[c] * setup.momenta[c] / (2.0 * mass);
            worst = std::max(worst, std::abs(velocities[c] - setup.momenta[c] / mass));
        }
        CHECK(worst < 1e-15);
        CHECK(graph::kinetic_energy(*setup.hamiltonian, setup.graph, setup.momenta) ==
              Approx(energy).epsilon(1e-13));
    }
}
