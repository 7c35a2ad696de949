// A law that this program brings: what a file under src/potential/laws holds, and the line that registers it.
#include <cmath>

#include "rfhgn/base/elementary.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/potential/form.hpp"
#include "rfhgn/potential/registry.hpp"

#include "failure_of.hpp"
#include "fluid_cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using potential::Coefficients;
using potential::Values;

namespace {

/// V = −D exp(−c (r − r0)²/2).
struct GaussianWell {
    explicit GaussianWell(const Values& values) : sharpness(values.at("sharpness")) {}
    double sharpness;

    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double s = r - pair.length;
        return -pair.scale * exponential(-0.5 * sharpness * s * s);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        return -sharpness * (r - pair.length) * energy(pair, r);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double s = r - pair.length;
        return sharpness * (sharpness * s * s - 1.0) * energy(pair, r);
    }
    [[nodiscard]] double well(double length) const { return length; }
};

potential::Law gaussian_well() {
    return {.name = "gaussian_well",
            .parameters = {{"sharpness", 4.0, potential::Range::positive(), "1/length^2",
                            "c of V = -D exp(-c (r - r0)^2 / 2)"}},
            .bond = {"depth of the well", "distance of the well", potential::form<GaussianWell>},
            .fluid = {"depth of the well", "where the energy is least", potential::form<GaussianWell>}};
}

const potential::Law& own_law() {
    static const potential::Law& law = potential::add_law(gaussian_well());
    return law;
}

systems::SystemOptions sharpened(systems::SystemOptions options) {
    options.potential = own_law().name;
    options.parameters = {{"sharpness", 30.0}};
    return options;
}

systems::SystemOptions bonds() {
    auto options = sharpened(options_of("square", {5, 4}, ""));
    options.stiffness = {0.8, 1.4};
    options.rest_length = {0.9, 1.1};
    return options;
}

systems::SystemOptions liquid() {
    auto options = sharpened(mixture(fluid()));
    options.fluid.sigma = {1.1};
    return options;
}

/// Largest difference of forces and central differences of the energy.
template <class State>
double gradient_error(State& state) {
    const auto forces = state.forces();
    const auto energy = [&] {
        return graph::potential_energy(*state.hamiltonian, state.graph, state.positions);
    };
    constexpr double step = 1e-5;
    double worst = 0.0;
    for (std::size_t c = 0; c < forces.size(); ++c) {
        const double at = state.positions[c];
        state.positions[c] = at + step;
        const double above = energy();
        state.positions[c] = at - step;
        worst = std::max(worst, std::abs(forces[c] + (above - energy()) / (2.0 * step)));
        state.positions[c] = at;
    }
    return worst;
}

struct Motion {
    double largest_change;  ///< of the energy, relative to the largest kinetic energy
    double farthest;        ///< that a component went
};

/// Leapfrog from rest.
template <class State>
Motion move(State& state, double dt, int steps) {
    const auto& h = *state.hamiltonian;
    const auto begin = state.positions;
    std::vector<double> momenta(begin.size(), 0.0);
    std::vector<double> velocities(begin.size());
    const double at_rest = graph::potential_energy(h, state.graph, begin);
    double change = 0.0;
    double kinetic = 0.0;
    auto forces = state.forces();
    const auto kick = [&] {
        for (std::size_t c = 0; c < forces.size(); ++c) momenta[c] += 0.5 * dt * forces[c];
    };
    for (int step = 0; step < steps; ++step) {
        kick();
        graph::velocities(h, state.graph, momenta, velocities);
        for (std::size_t c = 0; c < begin.size(); ++c) state.positions[c] += dt * velocities[c];
        forces = state.forces();
        kick();
        const double now = graph::kinetic_energy(h, state.graph, momenta);
        kinetic = std::max(kinetic, now);
        change = std::max(change,
                          std::abs(now + graph::potential_energy(h, state.graph, state.positions) - at_rest));
    }
    double farthest = 0.0;
    for (std::size_t c = 0; c < begin.size(); ++c)
        farthest = std::max(farthest, std::abs(state.positions[c] - begin[c]));
    return {change / kinetic, farthest};
}

}  // namespace

TEST_CASE("a law of one's own moves bonds") {
    systems::InitialStateOptions start;
    start.displacement = 0.05;
    Setup setup(parallel::Communicator::self(), bonds(), false, start);
    CHECK(setup.system.edge_attribute_names() == std::vector<std::string>{"stiffness", "rest_length"});
    CHECK(gradient_error(setup) < 1e-7);
    const auto motion = move(setup, 0.1 * setup.system.largest_stable_step(), 300);
    CHECK(motion.largest_change < 0.02);
    CHECK(motion.farthest > 0.02);
}

TEST_CASE("a law of one's own moves a fluid of two species") {
    OpenCluster cluster(liquid(), 40);
    CHECK(gradient_error(cluster) < 1e-7);
    const auto motion = move(cluster, 0.1 * systems::System(liquid()).largest_stable_step(), 300);
    CHECK(motion.largest_change < 0.02);
    CHECK(motion.farthest > 0.02);
}

TEST_CASE("limits of the step follow from the law") {
    // V'' = c D at rest; of two particles, omega^2 = 2 c D / m.
    auto two = sharpened(options_of("chain", {2}, "", 3));
    two.mass = {2.0, 2.0};
    two.stiffness = {1.5, 1.5};
    const systems::System system(two);
    CHECK(system.largest_stable_step() == Approx(2.0 / std::sqrt(30.0 * 1.5)));
    const systems::InitialStateOptions still{.displacement = 0.0, .momentum = 0.1};
    CHECK(system.certainly_unstable_step(still) == Approx(2.0 / std::sqrt(30.0 * 1.5)));
    // Momenta that break the bond.
    CHECK(std::isinf(system.certainly_unstable_step({.displacement = 0.0, .momentum = 10.0})));
    auto one = sharpened(fluid());
    one.fluid.sigma = {1.1};
    CHECK(systems::System(one).largest_stable_step() == Approx(2.0 / std::sqrt(24.0 * 30.0)));
}

TEST_CASE("decks know a law of one's own and its keys") {
    own_law();
    const std::string bonded = "[system]\ngraph = 'chain'\nsize = 4\npotential = 'gaussian_well'\n";
    CHECK(failure_of(bonded + "sharpness = 9.0\n").empty());
    CHECK_THAT(failure_of(bonded + "sharpness = 0.0\n"),
               Catch::Contains("'system.sharpness' is 0, but must be > 0"));
    CHECK_THAT(failure_of(bonded + "morse_width = 2.0\n"), Catch::Contains("potential is \"morse\""));
    CHECK_THAT(failure_of("[system]\nsharpness = 9.0\n"), Catch::Contains("potential is \"gaussian_well\""));
    const std::string liquid = "[system]\ngraph = 'cutoff'\nsize = [3, 3, 3]\ndensity = 0.8\ncutoff = 2.5\n";
    CHECK(failure_of(liquid + "potential = 'gaussian_well'\nsharpness = 9.0\n").empty());
    CHECK_THAT(failure_of(liquid),
               Catch::Contains("must be gaussian_well, lennard_jones, morse or yukawa in a cutoff graph"));
}
