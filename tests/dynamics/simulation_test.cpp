#include "rfhgn/dynamics/simulation.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions lattice() {
    systems::SystemOptions options;
    options.size = {5, 4, 3};
    return options;
}

// Counts what it is shown.
class Witness final : public dynamics::Observer {
  public:
    Witness(std::int64_t interval, std::vector<std::int64_t>& steps, int& finished)
        : interval_(interval), steps_(steps), finished_(finished) {}
    [[nodiscard]] std::string name() const override { return fmt::format("witness {}", interval_); }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }
    void observe(const dynamics::StepView& frame) override {
        steps_.push_back(frame.step);
        CHECK(frame.time == Approx(0.01 * static_cast<double>(frame.step)));
    }
    void finish() override { ++finished_; }

  private:
    std::int64_t interval_;
    std::vector<std::int64_t>& steps_;
    int& finished_;
};

double total_energy(const dynamics::Simulation& simulation) {
    const auto s = simulation.scalars();
    return s.kinetic + s.potential;
}

// Values of node ids in order, gathered on every rank, to compare runs on different rank counts.
std::vector<double> by_id(const graph::DistributedGraph& graph, const std::vector<double>& values) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    std::vector<double> all(static_cast<std::size_t>(graph.total_nodes) * d, 0.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.owned); ++i)
        for (std::size_t k = 0; k < d; ++k)
            all[static_cast<std::size_t>(graph.node_id[i]) * d + k] = values[i * d + k];
    parallel::sum(tests::world(), std::span<double>(all));
    return all;
}

}  // namespace

TEST_CASE("leapfrog's energy error falls with the square of the step", "[simulation]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto hamiltonian = placed.system.force_field();
    const auto worst = [&](double dt) {
        dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian,
                                        {0, placed.positions, placed.momenta}, {.dt = dt});
        const double start = total_energy(simulation);
        double error = 0;
        for (int k = 1; k <= 20; ++k) {
            simulation.run_to(std::llround(0.1 * k / dt));
            error = std::max(error, std::fabs(total_energy(simulation) - start));
        }
        return error;
    };
    const double ratio = worst(0.02) / worst(0.01);
    CHECK(ratio > 3.6);
    CHECK(ratio < 4.4);
}

TEST_CASE("turning the momenta around leads back to the start", "[simulation]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto model = tests::made_up_model(tests::world(), placed, {});
    const auto hamiltonian = model::make_force_field(model, {});
    dynamics::Simulation there(tests::world(), placed.graph, *hamiltonian,
                               {0, placed.positions, placed.momenta}, {.dt = 0.01});
    there.run_to(200);
    auto state = there.state();
    for (double& p : state.momentum) p = -p;
    state.step = 0;
    dynamics::Simulation back(tests::world(), placed.graph, *hamiltonian, state, {.dt = 0.01});
    back.run_to(200);
    for (std::size_t k = 0; k < placed.graph.owned_size(); ++k)
        CHECK(back.state().position[k] == Approx(placed.positions[k]).margin(1e-11));
}

TEST_CASE("total momentum and angular momentum are conserved by learned forces", "[simulation]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto model = tests::made_up_model(tests::world(), placed, {});
    const auto hamiltonian = model::make_force_field(model, {});
    dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian,
                                    {0, placed.positions, placed.momenta}, {.dt = 0.01});
    const auto start = simulation.scalars();
    simulation.run_to(300);
    const auto end = simulation.scalars();
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(end.momentum[k] == Approx(start.momentum[k]).margin(1e-11));
        CHECK(end.angular_momentum[k] == Approx(start.angular_momentum[k]).margin(1e-9));
    }
}

TEST_CASE("a trajectory is the same on one rank and on all", "[simulation]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto alone = tests::Placed::make(parallel::Communicator::self(), lattice());
    const auto model = tests::made_up_model(tests::world(), placed, {});
    const auto hamiltonian = model::make_force_field(model, {});
    dynamics::Simulation many(tests::world(), placed.graph, *hamiltonian,
                              {0, placed.positions, placed.momenta}, {.dt = 0.02});
    dynamics::Simulation one(parallel::Communicator::self(), alone.graph, *hamiltonian,
                             {0, alone.positions, alone.momenta}, {.dt = 0.02});
    many.run_to(100);
    one.run_to(100);
    const auto positions = by_id(placed.graph, many.state().position);
    for (std::size_t k = 0; k < positions.size(); ++k)
        CHECK(positions[k] == Approx(one.state().position[k]).margin(1e-10));
    CHECK(many.scalars().kinetic == Approx(one.scalars().kinetic).epsilon(1e-10));
}

TEST_CASE("observers see step 0, multiples of their interval, and the end once", "[simulation]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto hamiltonian = placed.system.force_field();
    std::vector<std::int64_t> often;
    std::vector<std::int64_t> seldom;
    int finished = 0;
    dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian,
                                    {0, placed.positions, placed.momenta}, {.dt = 0.01});
    simulation.observe_with(std::make_unique<Witness>(5, often, finished));
    simulation.observe_with(std::make_unique<Witness>(8, seldom, finished));
    simulation.run_to(7);
    simulation.run_to(15);
    simulation.finish();
    CHECK(often == std::vector<std::int64_t>{0, 5, 10, 15});
    CHECK(seldom == std::vector<std::int64_t>{0, 8, 15});
    CHECK(finished == 2);
}

TEST_CASE("an exploding rollout stops on all ranks and names step and particle", "[simulation]") {
    const auto placed = tests::Placed::make(tests::world(), lattice());
    const auto hamiltonian = placed.system.force_field();
    dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian,
                                    {0, placed.positions, placed.momenta}, {.dt = 2.5});
    CHECK_THROWS_WITH(simulation.run_to(100000), Catch::Contains("step") && Catch::Contains("particle"));
}

TEST_CASE("a single bad number stops the run on all ranks", "[simulation]") {
    auto placed = tests::Placed::make(tests::world(), lattice());
    const auto hamiltonian = placed.system.force_field();
    for (std::size_t i = 0; i < static_cast<std::size_t>(placed.graph.owned); ++i)
        if (placed.graph.node_id[i] == 23) placed.momenta[3 * i + 1] = std::nan("");
    std::vector<std::int64_t> steps;
    int finished = 0;
    dynamics::Simulation simulation(tests::world(), placed.graph, *hamiltonian,
                                    {0, placed.positions, placed.momenta}, {.dt = 0.01});
    simulation.observe_with(std::make_unique<Witness>(1, steps, finished));
    CHECK_THROWS_WITH(simulation.run_to(10), Catch::Contains("not finite") && Catch::Contains("particle 23"));
    CHECK(steps.empty());
}
