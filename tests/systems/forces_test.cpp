#include <array>
#include <cmath>

#include "cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

systems::SystemOptions varied(systems::SystemOptions options) {
    if (options.potential != "gravity") {
        options.stiffness = {0.5, 1.5};
        options.rest_length = {0.8, 1.2};
    }
    return options;
}

std::vector<systems::SystemOptions> all_cases() {
    std::vector<systems::SystemOptions> cases;
    for (const char* potential : {"harmonic", "zero_rest_length", "quartic", "morse", "squared_distance"}) {
        for (auto& options : all_topologies(potential)) {
            cases.push_back(options);
            cases.push_back(varied(options));
        }
    }
    for (int d = 1; d <= 3; ++d) cases.push_back(options_of("complete", {7}, "gravity", d));
    // Points of other graphs are too near for differences of its energy.
    for (const auto& options :
         {options_of("chain", {9}, "lennard_jones", 3), options_of("ring", {5}, "lennard_jones"),
          options_of("cubic", {4, 3, 2}, "lennard_jones")}) {
        cases.push_back(options);
        cases.push_back(varied(options));
    }
    return cases;
}

/// Largest difference of forces and central differences of the energy, relative to the largest force.
double gradient_error(Setup& setup) {
    const auto forces = setup.forces();
    constexpr double step = 1e-5;
    double worst = 0.0;
    double largest = 1.0;
    for (std::size_t c = 0; c < forces.size(); ++c) {
        const double at = setup.positions[c];
        setup.positions[c] = at + step;
        const double above = setup.hamiltonian->potential_energy(setup.graph, setup.positions);
        setup.positions[c] = at - step;
        const double below = setup.hamiltonian->potential_energy(setup.graph, setup.positions);
        setup.positions[c] = at;
        worst = std::max(worst, std::abs(forces[c] + (above - below) / (2.0 * step)));
        largest = std::max(largest, std::abs(forces[c]));
    }
    return worst / largest;
}

}  // namespace

TEST_CASE("forces are minus the gradient of the energy") {
    for (const auto& options : all_cases()) {
        Setup setup(parallel::Communicator::self(), options);
        INFO(setup.system.description());
        CHECK(gradient_error(setup) < 2e-7);
    }
}

TEST_CASE("forces add up to zero, and so do their torques in a plane") {
    for (const auto& options : all_cases()) {
        const Setup setup(parallel::Communicator::self(), options);
        const auto d = static_cast<std::size_t>(setup.system.dimension());
        const auto forces = setup.forces();
        double torque = 0.0;
        double scale = 1.0;
        std::vector<double> total(d, 0.0);
        for (std::size_t i = 0; i < setup.graph.node_id.size(); ++i) {
            for (std::size_t k = 0; k < d; ++k) {
                total[k] += forces[i * d + k];
                scale += std::abs(forces[i * d + k]) * (1.0 + std::abs(setup.positions[i * d + k]));
            }
            if (d > 1) {
                torque +=
                    setup.positions[i * d] * forces[i * d + 1] - setup.positions[i * d + 1] * forces[i * d];
            }
        }
        INFO(setup.system.description());
        for (const double sum : total) CHECK(std::abs(sum) < 1e-14 * scale);
        CHECK(std::abs(torque) < 1e-14 * scale);
    }
}

TEST_CASE("energy does not change when the system is moved and turned") {
    for (const auto& options : all_cases()) {
        Setup setup(parallel::Communicator::self(), options);
        const auto d = static_cast<std::size_t>(setup.system.dimension());
        const double before = setup.hamiltonian->potential_energy(setup.graph, setup.positions);
        for (std::size_t i = 0; i < setup.graph.node_id.size(); ++i) {
            double* q = setup.positions.data() + i * d;
            if (d > 1) {
                const double x = q[0];
                q[0] = 0.6 * x - 0.8 * q[1];
                q[1] = 0.8 * x + 0.6 * q[1];
            }
            for (std::size_t k = 0; k < d; ++k) q[k] += 0.7;
        }
        INFO(setup.system.description());
        CHECK(setup.hamiltonian->potential_energy(setup.graph, setup.positions) ==
              Approx(before).epsilon(1e-12));
    }
}

TEST_CASE("the virial is what energy changes by under strain") {
    constexpr std::array<std::array<std::size_t, 2>, 6> components{
        {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
    for (const auto& options : all_cases()) {
        const Setup setup(parallel::Communicator::self(), options);
        const auto d = static_cast<std::size_t>(setup.system.dimension());
        const auto virial = setup.hamiltonian->virial(setup.graph, setup.positions);
        const auto strained = [&](std::size_t a, std::size_t b, double strain) {
            auto positions = setup.positions;
            for (std::size_t i = 0; i < positions.size(); i += d)
                positions[i + a] += strain * setup.positions[i + b];
            return setup.hamiltonian->potential_energy(setup.graph, positions);
        };
        INFO(setup.system.description());
        for (std::size_t k = 0; k < components.size(); ++k) {
            const auto [a, b] = components[k];
            if (b >= d) {
                CHECK(virial[k] == 0.0);
                continue;
            }
            constexpr double step = 1e-5;
            const double slope = (strained(a, b, step) - strained(a, b, -step)) / (2 * step);
            CHECK(virial[k] == Approx(-slope).epsilon(1e-6).margin(1e-6));
        }
    }
}

TEST_CASE("a range of edges adds its own forces only") {
    const Setup setup(parallel::Communicator::self(), options_of("cubic", {7, 7, 7}, "harmonic"));
    const auto all = setup.forces();
    std::vector<double> parts(all.size(), 0.0);
    const LocalIndex cut = setup.graph.edge_count() / 3;
    setup.hamiltonian->add_forces(setup.graph, {cut, setup.graph.edge_count()}, setup.positions, parts);
    setup.hamiltonian->add_forces(setup.graph, {0, cut}, setup.positions, parts);
    double worst = 0.0;
    for (std::size_t c = 0; c < all.size(); ++c) worst = std::max(worst, std::abs(all[c] - parts[c]));
    CHECK(worst < 1e-14);
}

TEST_CASE("coinciding ends feel no force, and lengths hold over many magnitudes") {
    auto options = options_of("chain", {2}, "harmonic", 3);
    Setup setup(parallel::Communicator::self(), options);
    setup.positions.assign(6, 0.25);
    for (const double force : setup.forces()) CHECK(force == 0.0);
    CHECK(setup.hamiltonian->potential_energy(setup.graph, setup.positions) == 0.5);

    for (const double length : {1e-15, 1e-10, 1e-3, 1.0, 3.7, 1e4, 1e12, 1e18}) {
        setup.positions = {0.0, 0.0, 0.0, 0.6 * length, 0.0, 0.8 * length};
        const auto forces = setup.forces();
        CHECK(forces[0] == Approx(0.6 * (length - 1.0)).epsilon(1e-14).margin(1e-30));
        CHECK(forces[5] == Approx(-0.8 * (length - 1.0)).epsilon(1e-14).margin(1e-30));
    }
    setup.positions[0] = std::nan("");
    CHECK(std::isnan(setup.forces()[0]));
}
