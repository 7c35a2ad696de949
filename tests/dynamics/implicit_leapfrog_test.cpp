#include <cmath>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/dynamics/integrator.hpp"
#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/graph/evaluation.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions lattice() {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    return options;
}

/// Springs whose particles get heavier away from the origin, H = Σ (1 + c |q|²) |p|²/2 + V: not separable.
class Dragged final : public potential::ForceField {
  public:
    Dragged(const potential::ForceField& springs, double coupling) : springs_(springs), coupling_(coupling) {}

    [[nodiscard]] potential::Needs needs() const override {
        return {.momenta_of_ghosts = true, .separable = false};
    }

    void compute(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                 potential::Exchange& exchange, const potential::Result& result) const override {
        const auto& q = atoms.position;
        const auto& p = atoms.momentum;
        springs_.compute(atoms, neighbours, exchange, {.force = result.force, .potential = result.potential});
        const auto d = static_cast<std::size_t>(atoms.dimension);
        for (std::size_t i = 0; i < static_cast<std::size_t>(atoms.owned); ++i) {
            const double square_q = square(q.subspan(i * d, d));
            const double square_p = square(p.subspan(i * d, d));
            if (result.kinetic) *result.kinetic += 0.5 * square_p;
            if (result.potential) *result.potential += 0.5 * coupling_ * square_q * square_p;
            for (std::size_t k = i * d; k < (i + 1) * d; ++k) {
                if (!result.force.empty()) result.force[k] -= coupling_ * square_p * q[k];
                if (!result.velocity.empty()) result.velocity[k] = (1 + coupling_ * square_q) * p[k];
            }
        }
    }

  private:
    static double square(std::span<const double> v) {
        return std::inner_product(v.begin(), v.end(), v.begin(), 0.0);
    }

    const potential::ForceField& springs_;
    double coupling_;
};

/// Counts the gradients of a separable one, and does not tell that it is.
class Counted final : public potential::ForceField {
  public:
    explicit Counted(const potential::ForceField& counted) : counted_(counted) {}
    [[nodiscard]] potential::Needs needs() const override { return {.separable = false}; }
    void compute(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                 potential::Exchange& exchange, const potential::Result& result) const override {
        if (!result.force.empty()) ++gradients;
        counted_.compute(atoms, neighbours, exchange, result);
    }
    mutable int gradients = 0;

  private:
    const potential::ForceField& counted_;
};

struct Scene {
    tests::Placed placed = tests::Placed::make(tests::world(), lattice());
    std::unique_ptr<potential::ForceField> springs = placed.system.force_field();
    [[nodiscard]] dynamics::State start() const { return {0, placed.positions, placed.momenta}; }
    [[nodiscard]] double largest_difference(const std::vector<double>& a,
                                            const std::vector<double>& b) const {
        double largest = 0;
        for (std::size_t k = 0; k < placed.graph.owned_size(); ++k)
            largest = std::max(largest, std::fabs(a[k] - b[k]));
        return parallel::max(tests::world(), largest);
    }
};

}  // namespace

TEST_CASE("on a separable Hamiltonian the implicit leapfrog is the leapfrog", "[implicit]") {
    const Scene scene;
    const Counted general(*scene.springs);
    dynamics::Simulation general_steps(tests::world(), scene.placed.graph, general, scene.start(),
                                       {.dt = 0.05});
    dynamics::Simulation steps(tests::world(), scene.placed.graph, *scene.springs, scene.start(),
                               {.dt = 0.05});
    general_steps.run_to(20);
    steps.run_to(20);
    CHECK(scene.largest_difference(general_steps.state().position, steps.state().position) < 1e-12);
    CHECK(scene.largest_difference(general_steps.state().momentum, steps.state().momentum) < 1e-12);
    // At the start one; in a step two for each iteration's stage, whose second finds nothing to change, and
    // one behind each stage.
    CHECK(general.gradients == 1 + 20 * (2 * 2 + 2));
    const auto expected = steps.scalars();
    const auto found = general_steps.scalars();
    CHECK(found.kinetic == Approx(expected.kinetic).epsilon(1e-11));
    CHECK(found.potential == Approx(expected.potential).epsilon(1e-11));
}

TEST_CASE("the energy error of a Hamiltonian that is not separable falls with the square of the step",
          "[implicit]") {
    const Scene scene;
    const Dragged dragged(*scene.springs, 0.05);
    const auto worst = [&](double dt) {
        dynamics::Simulation steps(tests::world(), scene.placed.graph, dragged, scene.start(), {.dt = dt});
        const auto energy = [&] {
            const auto scalars = steps.scalars();
            return scalars.kinetic + scalars.potential;
        };
        const double start = energy();
        double error = 0;
        for (int k = 1; k <= 10; ++k) {
            steps.run_to(std::llround(0.1 * k / dt));
            error = std::max(error, std::fabs(energy() - start));
        }
        return error;
    };
    const double ratio = worst(0.02) / worst(0.01);
    CHECK(ratio > 3.6);
    CHECK(ratio < 4.4);
}

TEST_CASE("a step back undoes a step", "[implicit]") {
    const Scene scene;
    const Dragged dragged(*scene.springs, 0.05);
    dynamics::Simulation there(tests::world(), scene.placed.graph, dragged, scene.start(), {.dt = 0.05});
    there.run_to(50);
    CHECK(scene.largest_difference(there.state().position, scene.placed.positions) > 1e-3);
    auto state = there.state();
    state.step = 0;
    dynamics::Simulation back(tests::world(), scene.placed.graph, dragged, state, {.dt = -0.05});
    back.run_to(50);
    CHECK(scene.largest_difference(back.state().position, scene.placed.positions) < 1e-10);
    CHECK(scene.largest_difference(back.state().momentum, scene.placed.momenta) < 1e-10);
}

TEST_CASE("an iteration that does not converge says so", "[implicit]") {
    const Scene scene;
    const Dragged dragged(*scene.springs, 0.5);
    const auto run = [&](dynamics::SimulationOptions options) {
        dynamics::Simulation(tests::world(), scene.placed.graph, dragged, scene.start(), options).run_to(3);
    };
    CHECK_THROWS_WITH(
        run({.dt = 0.1, .most_iterations = 3}),
        Catch::Contains("did not converge: the kick of step 1") && Catch::Contains("after 3 iterations"));
    CHECK_THROWS_AS(run({.dt = 1e200}), RunError);
    CHECK_THROWS_AS(run({.dt = 0.0}), InputError);
    CHECK_THROWS_AS(run({.tolerance = 0.0}), InputError);
}
