#include "rfhgn/dynamics/fluid_observers.hpp"

#include <cmath>
#include <functional>
#include <numbers>

#include "rfhgn/dynamics/block_average.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/potential/pair_force_field.hpp"

#include "fluid.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

/// Particles that do not see each other.
class NoPairTerm final : public potential::PairTerm {
  public:
    void evaluate(const potential::Atoms&, const potential::Neighbours&, LocalIndex,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        std::fill_n(slope.begin(), distance.size(), 0.0);
        if (!energy.empty()) std::fill_n(energy.begin(), distance.size(), 0.0);
    }
};

std::unique_ptr<potential::ForceField> ideal_gas() {
    return std::make_unique<potential::PairForceField>(std::make_unique<potential::NewtonianKineticTerm>(),
                                                       std::make_unique<NoPairTerm>());
}

using MakeObserver = std::function<std::unique_ptr<dynamics::Observer>()>;

/// Passes everything on; at `step` the observer is saved and another one goes on from there.
class Replaced final : public dynamics::Observer {
  public:
    Replaced(MakeObserver make, std::int64_t step) : make_(std::move(make)), step_(step), inner_(make_()) {}
    [[nodiscard]] std::string name() const override { return inner_->name(); }
    [[nodiscard]] std::int64_t interval() const override { return inner_->interval(); }
    void observe(const dynamics::StepView& frame) override {
        inner_->observe(frame);
        if (frame.step != step_) return;
        dynamics::SavedState state;
        inner_->save(frame.graph, state);
        inner_ = make_();
        inner_->restore(frame.graph, state);
    }
    void finish() override { inner_->finish(); }

  private:
    MakeObserver make_;
    std::int64_t step_;
    std::unique_ptr<dynamics::Observer> inner_;
};

struct Gas {
    tests::Fluid fluid;
    graph::Particles particles;
    std::unique_ptr<potential::ForceField> hamiltonian;
    std::unique_ptr<graph::NeighbourList> graph;
    std::unique_ptr<dynamics::Simulation> simulation;
    dynamics::Fluid known;

    Gas(const parallel::Communicator& comm, const tests::Fluid& what,
        std::unique_ptr<potential::ForceField> moving)
        : fluid(what), hamiltonian(std::move(moving)) {
        auto start = fluid.particles(parallel::block_range(fluid.count(), comm.size(), comm.rank()));
        for (std::size_t i = 0; i < start.id.size(); ++i) start.species[i] = start.id[i] % 3 == 0 ? 1 : 0;
        particles = start;
        graph = std::make_unique<graph::NeighbourList>(comm, fluid.box(), fluid.options, start);
        simulation = std::make_unique<dynamics::Simulation>(
            comm, *graph, *hamiltonian,
            dynamics::State{0, std::move(start.position), std::move(start.momentum), std::move(start.image)},
            dynamics::SimulationOptions{.dt = 0.01});
        known = {graph::volume(fluid.box()), fluid.options.cutoff, 2, systems::units_of("lj")};
    }
};

/// Mean of v² of each species.
std::array<double, 2> squared_speed(const graph::Particles& particles) {
    std::array<double, 4> sums{};
    for (std::size_t i = 0; i < particles.id.size(); ++i) {
        const auto s = static_cast<std::size_t>(particles.species[i]);
        for (std::size_t k = 0; k < 3; ++k)
            sums[s] += std::pow(particles.momentum[3 * i + k] / particles.mass[i], 2);
        sums[2 + s] += 1;
    }
    parallel::sum<double>(tests::world(), sums);
    return {sums[0] / sums[2], sums[1] / sums[3]};
}

}  // namespace

TEST_CASE("block averages: mean, error of the mean, and blocks of different lengths", "[observers]") {
    dynamics::BlockAverage average(3, 2);
    const auto& comm = tests::world();
    const bool counts = comm.is_root();
    const double part = 1.0 / comm.size();  // every rank has an equal part of each sample
    const auto add = [&](std::size_t block, double a, double b) {
        average.add(block, 0, std::array{a * part, b * part}, counts);
    };
    add(0, 1.0, 5.0);
    add(0, 3.0, 5.0);
    add(1, 4.0, 5.0);
    add(1, 4.0, 5.0);
    const auto result = average.result(comm);
    CHECK(result.mean[0] == Approx(3.0));
    CHECK(result.error[0] == Approx(1.0));  // block means 2 and 4
    CHECK(result.mean[1] == Approx(5.0));
    CHECK(result.error[1] == Approx(0.0).margin(1e-12));
    CHECK(std::isnan(dynamics::BlockAverage(2, 1).result(comm).mean[0]));
    dynamics::BlockAverage one(1, 1);
    one.add(0, 0, std::array{2.0 * part}, counts);
    CHECK(one.result(comm).mean[0] == Approx(2.0));
    CHECK(std::isnan(one.result(comm).error[0]));
}

TEST_CASE("averages of a run that is extended have more blocks of the same length", "[observers]") {
    const auto total_of = [](std::int64_t first, std::int64_t second) {
        Gas gas(tests::world(), {}, ideal_gas());
        dynamics::ObserveOptions options;
        options.interval = 10;
        options.blocks = 2;
        dynamics::Table averages;
        dynamics::Table motion;
        const auto observe = [&](std::int64_t steps) {
            return std::array{
                dynamics::observe_averages(tests::world(), options, gas.known, *gas.hamiltonian, steps,
                                           averages),
                dynamics::observe_motion(tests::world(), options, gas.known, steps, 0.01, motion)};
        };
        auto [energies, paths] = observe(first);
        std::array<dynamics::SavedState, 2> saved;
        for (std::int64_t step = 0; step <= second; step += 10) {
            gas.simulation->run_to(step);
            const auto& state = gas.simulation->state();
            const auto scalars = gas.simulation->scalars();
            std::vector<double> velocity(state.momentum.size());
            graph::velocities(*gas.hamiltonian, gas.simulation->graph(), state.momentum, velocity);
            const dynamics::StepView frame{.step = step,
                                           .time = 0.01 * static_cast<double>(step),
                                           .graph = gas.simulation->graph(),
                                           .positions = state.position,
                                           .momenta = state.momentum,
                                           .velocities = velocity,
                                           .forces = gas.simulation->forces(),
                                           .scalars = scalars,
                                           .images = state.image,
                                           .box = gas.fluid.box()};
            for (auto* observer : {energies.get(), paths.get()}) observer->observe(frame);
            if (step != first || first == second) continue;
            energies->save(frame.graph, saved[0]);
            paths->save(frame.graph, saved[1]);
            auto [more_energies, more_paths] = observe(second);
            more_energies->restore(frame.graph, saved[0]);
            more_paths->restore(frame.graph, saved[1]);
            energies = std::move(more_energies);
            paths = std::move(more_paths);
        }
        energies->finish();
        paths->finish();
        return std::pair(averages.rows[2][0], motion.rows.size());
    };
    const auto [kinetic, lags] = total_of(100, 210);
    CHECK(kinetic == Approx(total_of(210, 210).first).epsilon(1e-12));  // every sample counts once
    CHECK(lags == total_of(100, 100).second);                           // windows stay as long as they were
}

TEST_CASE("an ideal gas: free flight across the box, its temperature and pressure", "[observers]") {
    tests::Fluid fluid;
    fluid.momentum = 6.0;  // they cross a third of the box
    Gas gas(tests::world(), fluid, ideal_gas());
    dynamics::ObserveOptions options;
    options.interval = 10;
    options.blocks = 2;
    dynamics::Table motion;
    dynamics::Table averages;
    gas.simulation->observe_with(std::make_unique<Replaced>(
        [&] { return dynamics::observe_motion(tests::world(), options, gas.known, 100, 0.01, motion); }, 30));
    gas.simulation->observe_with(std::make_unique<Replaced>(
        [&] {
            return dynamics::observe_averages(tests::world(), options, gas.known, *gas.hamiltonian, 100,
                                              averages);
        },
        60));
    gas.simulation->run_to(100);
    gas.simulation->finish();
    CHECK(gas.graph->counts().rebuilds > 0);
    const auto v2 = squared_speed(gas.particles);
    CHECK(motion.columns == std::vector<std::string>{"time", "msd_1", "msd_error_1", "vacf_1", "vacf_error_1",
                                                     "msd_2", "msd_error_2", "vacf_2", "vacf_error_2"});
    REQUIRE(motion.rows.size() == 6);
    for (std::size_t lag = 0; lag < 6; ++lag) {
        const auto& row = motion.rows[lag];
        const double t = 0.1 * static_cast<double>(lag);
        CHECK(row[0] == Approx(t));
        for (std::size_t s = 0; s < 2; ++s) {
            CHECK(row[1 + 4 * s] == Approx(v2[s] * t * t).epsilon(1e-9).margin(1e-12));
            CHECK(row[2 + 4 * s] == Approx(0.0).margin(1e-8));
            CHECK(row[3 + 4 * s] == Approx(v2[s]).epsilon(1e-12));
        }
    }
    const double kinetic = averages.rows[2][0];
    const auto n = static_cast<double>(fluid.count());
    CHECK(averages.rows[0][0] == Approx(2.0 * kinetic / (3.0 * (n - 1.0))));
    CHECK(averages.rows[1][0] == Approx(2.0 * kinetic / (3.0 * gas.known.volume)));
    CHECK(averages.rows[3][0] == 0.0);
    CHECK(averages.rows[4][1] == Approx(0.0).margin(1e-9));
}

TEST_CASE("g(r) of a lattice: neighbours of each kind at their distances", "[observers]") {
    tests::Fluid fluid;
    fluid.momentum = 0.0;
    Gas gas(tests::world(), fluid, ideal_gas());
    dynamics::ObserveOptions options;
    options.interval = 1;
    options.blocks = 2;
    options.radial_bins = 37;  // no distance of the lattice lies on the edge of a bin
    dynamics::Table radial;
    gas.simulation->observe_with(std::make_unique<Replaced>(
        [&] { return dynamics::observe_radial(tests::world(), options, gas.known, 3, radial); }, 2));
    gas.simulation->run_to(3);
    gas.simulation->finish();
    REQUIRE(radial.rows.size() == 37);
    CHECK(radial.columns ==
          std::vector<std::string>{"r", "g_11", "error_11", "g_12", "error_12", "g_22", "error_22"});
    // Pairs of all kinds together are those of the oblique lattice, counted by brute force.
    const auto all = fluid.particles({0, fluid.count()});
    std::array<std::vector<double>, 3> expected;
    for (auto& bins : expected) bins.assign(37, 0.0);
    for (std::size_t i = 0; i < all.id.size(); ++i) {
        for (std::size_t j = i + 1; j < all.id.size(); ++j) {
            const std::size_t kind = (i % 3 == 0 ? 1 : 0) + (j % 3 == 0 ? 1 : 0);
            for (int image = 0; image < 27; ++image) {
                const auto shift =
                    displacement(fluid.box(), {image % 3 - 1, image / 3 % 3 - 1, image / 9 - 1});
                double squared = 0;
                for (std::size_t k = 0; k < 3; ++k)
                    squared += std::pow(all.position[3 * j + k] + shift[k] - all.position[3 * i + k], 2);
                const auto bin = static_cast<std::size_t>(std::sqrt(squared) * 18.5);
                if (bin < 37) expected[kind][bin] += 1;
            }
        }
    }
    const double n2 = 72;
    const double n1 = 144;
    const std::array<double, 3> pairs{0.5 * n1 * (n1 - 1), n1 * n2, 0.5 * n2 * (n2 - 1)};
    double largest = 0;
    for (std::size_t bin = 0; bin < 37; ++bin) {
        const double width = 2.0 / 37;
        const double r = width * static_cast<double>(bin);
        const double spherical_shell =
            4.0 / 3.0 * std::numbers::pi * (std::pow(r + width, 3) - std::pow(r, 3));
        CHECK(radial.rows[bin][0] == Approx(r + 0.5 * width));
        for (std::size_t kind = 0; kind < 3; ++kind) {
            const double g = expected[kind][bin] * gas.known.volume / (pairs[kind] * spherical_shell);
            CHECK(radial.rows[bin][1 + 2 * kind] == Approx(g).epsilon(1e-9).margin(1e-12));
            largest = std::max(largest, g);
        }
    }
    CHECK(largest > 5.0);
}
