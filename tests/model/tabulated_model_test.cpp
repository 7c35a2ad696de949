#include "rfhgn/model/pairwise/tabulated_model.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

void morse(std::span<const double> x, std::span<double> value, std::span<double> slope) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double e = std::exp(-2 * (x[i] - 1.2));
        value[i] = (1 - e) * (1 - e);
        slope[i] = 4 * (1 - e) * e;
    }
}

tests::Placed mixture(const systems::SystemOptions& options) {
    auto placed = tests::Placed::make(tests::world(), options);
    for (std::size_t i = 0; i < placed.graph.node_id.size(); ++i)
        placed.graph.species[i] = static_cast<int>(placed.graph.node_id[i] % 3);
    return placed;
}

systems::SystemOptions lattice() {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    return options;
}

struct Evaluated {
    double energy;
    std::vector<double> forces;
    std::vector<double> velocities;
};

Evaluated evaluate(const potential::ForceField& hamiltonian, const tests::Placed& placed,
                   const std::vector<double>& positions) {
    Evaluated result{0, std::vector<double>(positions.size()), std::vector<double>(positions.size())};
    result.energy =
        parallel::sum(tests::world(), graph::kinetic_energy(hamiltonian, placed.graph, placed.momenta) +
                                          graph::potential_energy(hamiltonian, placed.graph, positions));
    graph::add_forces(hamiltonian, placed.graph, positions, result.forces);
    graph::velocities(hamiltonian, placed.graph, placed.momenta, result.velocities);
    return result;
}

bool close(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
    bool same = a.size() == b.size();
    for (std::size_t k = 0; same && k < a.size(); ++k) same = std::fabs(a[k] - b[k]) <= tolerance;
    return same;
}

}  // namespace

TEST_CASE("a table follows its function; its value is the integral of its slope everywhere", "[tabulated]") {
    const std::vector<model::ScalarFunction> functions{morse};
    const auto table = model::tabulate(functions, 0.5, 3.0, 400, false);
    std::vector<double> x, slope, value;
    for (int i = -100; i <= 500; ++i) x.push_back(0.5 + 2.5 / 400 * (i + 0.37));
    slope.resize(x.size());
    value.resize(x.size());
    table.evaluate(x, {}, slope, value);
    std::vector<double> exact(x.size()), exact_slope(x.size());
    morse(x, exact, exact_slope);
    for (std::size_t i = 0; i < x.size(); ++i) {
        CAPTURE(x[i]);
        if (x[i] > 0.5 && x[i] < 3.0) {
            CHECK(slope[i] == Approx(exact_slope[i]).margin(3e-7));
            CHECK(value[i] == Approx(exact[i]).margin(3e-7));
        }
        const double step = 1e-5;
        const std::vector<double> pair{x[i] - step, x[i] + step};
        std::vector<double> ignored(2), ends(2);
        table.evaluate(pair, {}, ignored, ends);
        CHECK((ends[1] - ends[0]) / (2 * step) == Approx(slope[i]).epsilon(1e-6).margin(1e-7));
    }
    // A tangent: the slope changes evenly.
    CHECK(slope[0] - slope[1] == Approx(slope[20] - slope[21]).epsilon(1e-9));
    CHECK(slope[580] - slope[581] == Approx(slope[590] - slope[591]).epsilon(1e-9));
}

TEST_CASE("a table that ends is exactly zero from there on", "[tabulated]") {
    const std::vector<model::ScalarFunction> functions{morse, morse};
    const auto table = model::tabulate(functions, 0.5, 3.0, 64, true);
    const std::vector<double> x{3.0 - 1e-9, 3.0, 3.1, 50.0};
    std::vector<double> slope(4), value(4);
    table.evaluate(x, std::vector<int>(4, 1), slope, value);
    CHECK(std::fabs(value[0]) < 1e-9);
    CHECK(slope[0] > 0.05);
    for (std::size_t i = 1; i < 4; ++i) CHECK((slope[i] == 0.0 && value[i] == 0.0));
}

TEST_CASE("a tabulated model moves particles as its network does, for every pair of species", "[tabulated]") {
    const auto placed = mixture(lattice());
    for (const char* function : {"smooth", "sharp"}) {
        CAPTURE(function);
        model::SamplingOptions sampling;
        sampling.message_width = 9;
        sampling.cutoff = 1.25;
        sampling.cutoff_function = function;
        const auto model = tests::made_up_model(tests::world(), placed, sampling);
        REQUIRE(model.species.pairs() == 6);
        const auto tabulated = model::tabulate(model, {});
        CHECK(tabulated.pair_error.relative <= 1e-8);
        CHECK(tabulated.kinetic.empty());
        const auto network = evaluate(*model::make_force_field(model, {}), placed, placed.positions);
        const auto table = evaluate(*model::make_force_field(tabulated, {}), placed, placed.positions);
        CHECK(close(network.forces, table.forces, 10 * tabulated.pair_error.slope));
        CHECK(network.velocities == table.velocities);
        CHECK(table.energy == Approx(network.energy).epsilon(1e-7));
    }
}

TEST_CASE("tabulated forces are minus the gradient of the tabulated energy, kinetic energy included",
          "[tabulated]") {
    auto placed = mixture(lattice());
    model::SamplingOptions sampling;
    sampling.message_width = 9;
    sampling.node_width = 9;
    const auto model = tests::made_up_model(tests::world(), placed, sampling);
    REQUIRE(!model.mass_input);
    const auto tabulated = model::tabulate(model, {.tolerance = 1e-4, .margin = 0.0});
    REQUIRE(!tabulated.kinetic.empty());
    const auto hamiltonian = model::make_force_field(tabulated, {});
    const auto at = evaluate(*hamiltonian, placed, placed.positions);
    const auto exact = evaluate(*model::make_force_field(model, {}), placed, placed.positions);
    CHECK(close(at.velocities, exact.velocities, 1e-3));
    CHECK(at.energy == Approx(exact.energy).epsilon(1e-3));
    const double step = 1e-5;
    for (std::size_t k = 0; k < 3; ++k) {
        const auto energy_at = [&](double by) {
            auto positions = placed.positions;
            for (std::size_t i = 0; i < placed.graph.node_id.size(); ++i)
                if (placed.graph.node_id[i] == 17) positions[3 * i + k] += by;
            return evaluate(*hamiltonian, placed, positions).energy;
        };
        const double slope = (energy_at(step) - energy_at(-step)) / (2 * step);
        for (std::size_t i = 0; i < static_cast<std::size_t>(placed.graph.owned); ++i)
            if (placed.graph.node_id[i] == 17) CHECK(at.forces[3 * i + k] == Approx(-slope).margin(1e-7));
    }
}

TEST_CASE("models whose messages see more than distances and species are not tabulated", "[tabulated]") {
    auto options = lattice();
    options.stiffness = {0.5, 2.0};
    const auto springs = tests::Placed::make(tests::world(), options);
    CHECK_THROWS_WITH(model::tabulate(tests::made_up_model(tests::world(), springs, {}), {}),
                      Catch::Contains("its messages see edge attributes (stiffness)"));
    model::SamplingOptions sampling;
    sampling.message_masses = true;
    const auto plain = tests::Placed::make(tests::world(), lattice());
    CHECK_THROWS_WITH(model::tabulate(tests::made_up_model(tests::world(), plain, sampling), {}),
                      Catch::Contains("masses of both particles"));
    sampling = {};
    sampling.activation = "sine";
    sampling.steepness = 1e5;
    CHECK_THROWS_WITH(
        model::tabulate(tests::made_up_model(tests::world(), plain, sampling), {.tolerance = 1e-12}),
        Catch::Contains("more than the tolerance"));
}
