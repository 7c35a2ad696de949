#include <array>
#include <cmath>
#include <numeric>

#include "rfhgn/potential/external_field.hpp"

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
        const double above = graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions);
        setup.positions[c] = at - step;
        const double below = graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions);
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
        const double before = graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions);
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
        CHECK(graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions) ==
              Approx(before).epsilon(1e-12));
    }
}

TEST_CASE("the virial is what energy changes by under strain") {
    constexpr std::array<std::array<std::size_t, 2>, 6> components{
        {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
    for (const auto& options : all_cases()) {
        const Setup setup(parallel::Communicator::self(), options);
        const auto d = static_cast<std::size_t>(setup.system.dimension());
        const auto virial = graph::virial(*setup.hamiltonian, setup.graph, setup.positions);
        const auto strained = [&](std::size_t a, std::size_t b, double strain) {
            auto positions = setup.positions;
            for (std::size_t i = 0; i < positions.size(); i += d)
                positions[i + a] += strain * setup.positions[i + b];
            return graph::potential_energy(*setup.hamiltonian, setup.graph, positions);
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

TEST_CASE("no ghost is read before its position has arrived") {
    // Ghosts are far off until they arrive; each edge is evaluated once, before or after.
    struct Late final : potential::Exchange {
        Late(std::vector<double>& lent, const std::vector<double>& true_positions)
            : positions(lent), truth(true_positions) {}
        void arrive() override { positions = truth; }
        std::vector<double>& positions;
        const std::vector<double>& truth;
    };
    const auto serial = Setup(parallel::Communicator::self(), options_of("cubic", {7, 7, 7}, "harmonic"));
    const Setup setup(tests::world(), options_of("cubic", {7, 7, 7}, "harmonic"));
    auto positions = setup.positions;
    for (std::size_t k = setup.graph.owned_size(); k < positions.size(); ++k) positions[k] = 1e6;
    std::vector<double> forces(positions.size(), 0.0);
    double potential = 0;
    Late late(positions, setup.positions);
    setup.hamiltonian->compute(graph::atoms(setup.graph, positions), graph::neighbours(setup.graph), late,
                               {.force = forces, .potential = &potential});
    const auto all = serial.forces();
    double worst = 0.0;
    for (std::size_t c = 0; c < setup.graph.owned_size(); ++c) {
        const auto id = static_cast<std::size_t>(setup.graph.node_id[c / 3]);
        worst = std::max(worst, std::abs(all[3 * id + c % 3] - forces[c]));
    }
    CHECK(worst < 1e-12);
    CHECK(
        parallel::sum(tests::world(), potential) ==
        Approx(graph::potential_energy(*serial.hamiltonian, serial.graph, serial.positions)).epsilon(1e-12));
}

TEST_CASE("energies of single particles add up to the whole, and sums of force fields to their terms") {
    auto options = options_of("cubic", {4, 3, 3}, "harmonic");
    const Setup springs(tests::world(), options);
    const potential::ExternalField field{1.5, 0.7};
    std::vector<std::unique_ptr<potential::ForceField>> terms;
    terms.push_back(springs.system.force_field());
    terms.push_back(potential::make_force_field(field));
    const auto both = potential::sum(std::move(terms));
    std::vector<double> per_atom(static_cast<std::size_t>(springs.graph.local_nodes()), 0.0);
    std::vector<double> force(springs.positions.size(), 0.0);
    double whole = 0;
    potential::Virial virial{};
    std::vector<potential::Virial> virials(per_atom.size());
    potential::Exchange none;
    const auto atoms = graph::atoms(springs.graph, springs.positions, springs.momenta);
    both->compute(atoms, graph::neighbours(springs.graph), none,
                  {.force = force,
                   .potential = &whole,
                   .energy_per_atom = per_atom,
                   .virial = &virial,
                   .virial_per_atom = virials});
    for (std::size_t c = 0; c < virial.size(); ++c) {
        double sum = 0;
        for (LocalIndex i = 0; i < springs.graph.owned; ++i) sum += virials[static_cast<std::size_t>(i)][c];
        CHECK(parallel::sum(tests::world(), sum) ==
              Approx(parallel::sum(tests::world(), virial[c])).epsilon(1e-12).margin(1e-12));
    }
    const double shares = std::accumulate(per_atom.begin(), per_atom.begin() + springs.graph.owned, 0.0);
    CHECK(parallel::sum(tests::world(), shares) ==
          Approx(parallel::sum(tests::world(), whole)).epsilon(1e-12));
    double external = 0;
    for (LocalIndex i = 0; i < springs.graph.owned; ++i) {
        const auto at = 3 * static_cast<std::size_t>(i);
        for (std::size_t k = at; k < at + 3; ++k)
            external += 0.5 * field.harmonic_trap * springs.positions[k] * springs.positions[k];
        external +=
            springs.graph.mass[static_cast<std::size_t>(i)] * field.uniform_field * springs.positions[at + 2];
    }
    const double bonds = graph::potential_energy(*springs.hamiltonian, springs.graph, springs.positions);
    CHECK(whole == Approx(bonds + external).epsilon(1e-12));
    CHECK(virial == graph::virial(*springs.hamiltonian, springs.graph, springs.positions));
}

TEST_CASE("coinciding ends feel no force, and lengths hold over many magnitudes") {
    auto options = options_of("chain", {2}, "harmonic", 3);
    Setup setup(parallel::Communicator::self(), options);
    setup.positions.assign(6, 0.25);
    for (const double force : setup.forces()) CHECK(force == 0.0);
    CHECK(graph::potential_energy(*setup.hamiltonian, setup.graph, setup.positions) == 0.5);

    for (const double length : {1e-15, 1e-10, 1e-3, 1.0, 3.7, 1e4, 1e12, 1e18}) {
        setup.positions = {0.0, 0.0, 0.0, 0.6 * length, 0.0, 0.8 * length};
        const auto forces = setup.forces();
        CHECK(forces[0] == Approx(0.6 * (length - 1.0)).epsilon(1e-14).margin(1e-30));
        CHECK(forces[5] == Approx(-0.8 * (length - 1.0)).epsilon(1e-14).margin(1e-30));
    }
    setup.positions[0] = std::nan("");
    CHECK(std::isnan(setup.forces()[0]));
}
