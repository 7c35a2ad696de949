#include <cmath>
#include <functional>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include "rfhgn/dynamics/block_average.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/potential/pair_force_field.hpp"

#include "fluid.hpp"
#include "measurements.hpp"
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

using Make = std::function<std::unique_ptr<dynamics::Measurement>()>;

/// Passes everything on; at `step` the measurement is saved and another one goes on from there.
class Replaced final : public dynamics::Observer {
  public:
    Replaced(Make make, std::int64_t step, dynamics::Findings& findings)
        : make_(std::move(make)), step_(step), inner_(make_()), findings_(findings) {}
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
    void finish() override {
        inner_->finish();
        findings_ = inner_->findings();
    }

  private:
    Make make_;
    std::int64_t step_;
    std::unique_ptr<dynamics::Measurement> inner_;
    dynamics::Findings& findings_;
};

struct Gas {
    tests::Fluid fluid;
    graph::Particles particles;
    std::unique_ptr<potential::ForceField> hamiltonian;
    std::unique_ptr<graph::NeighbourList> graph;
    std::unique_ptr<dynamics::Simulation> simulation;
    int species;

    Gas(const parallel::Communicator& comm, const tests::Fluid& what,
        std::unique_ptr<potential::ForceField> moving, int kinds = 2)
        : fluid(what), hamiltonian(std::move(moving)), species(kinds) {
        auto start = fluid.particles(parallel::block_range(fluid.count(), comm.size(), comm.rank()));
        for (std::size_t i = 0; i < start.id.size(); ++i) start.species[i] = species_of(start.id[i], kinds);
        particles = start;
        graph = std::make_unique<graph::NeighbourList>(comm, fluid.box(), fluid.options, start);
        simulation = std::make_unique<dynamics::Simulation>(
            comm, *graph, *hamiltonian,
            dynamics::State{0, std::move(start.position), std::move(start.momentum), std::move(start.image)},
            dynamics::SimulationOptions{.dt = 0.01});
    }

    static int species_of(GlobalIndex id, int kinds) {
        if (kinds > 2 && id % 5 == 0) return 2;
        return id % 3 == 0 ? 1 : 0;
    }
    [[nodiscard]] double volume() const { return graph::volume(fluid.box()); }
    [[nodiscard]] dynamics::ObservedRun run(std::int64_t steps) const {
        return {.comm = tests::world(),
                .species = species,
                .units = systems::units_of("lj"),
                .field = hamiltonian.get(),
                .volume = volume(),
                .cutoff = fluid.options.cutoff,
                .steps = steps,
                .dt = 0.01};
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
        const auto options = tests::observe_options("interval = 10\nblocks = 2");
        const auto observe = [&](std::int64_t steps) {
            return std::array{tests::measurement("averages", options, gas.run(steps)),
                              tests::measurement("motion", options, gas.run(steps))};
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
        return std::pair(tests::number(energies->findings(), "averages/kinetic/mean"),
                         paths->findings().tables.front().second.rows.size());
    };
    const auto [kinetic, lags] = total_of(100, 210);
    CHECK(kinetic == Approx(total_of(210, 210).first).epsilon(1e-12));  // every sample counts once
    CHECK(lags == total_of(100, 100).second);                           // windows stay as long as they were
}

TEST_CASE("an ideal gas: free flight across the box, its temperature and pressure", "[observers]") {
    tests::Fluid fluid;
    fluid.momentum = 6.0;  // they cross a third of the box
    Gas gas(tests::world(), fluid, ideal_gas());
    const auto options = tests::observe_options("interval = 10\nblocks = 2");
    const auto make = [&](const char* name) {
        return [&, name] { return tests::measurement(name, options, gas.run(100)); };
    };
    dynamics::Findings paths;
    dynamics::Findings found;
    gas.simulation->observe_with(std::make_unique<Replaced>(make("motion"), 30, paths));
    gas.simulation->observe_with(std::make_unique<Replaced>(make("averages"), 60, found));
    gas.simulation->run_to(100);
    gas.simulation->finish();
    CHECK(gas.graph->counts().rebuilds > 0);
    const auto v2 = squared_speed(gas.particles);
    REQUIRE(paths.tables.front().first == "motion.csv");
    const auto& motion = paths.tables.front().second;
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
    const auto average = [&](const char* path) {
        return tests::number(found, std::string("averages/") + path);
    };
    const double kinetic = average("kinetic/mean");
    const auto n = static_cast<double>(fluid.count());
    CHECK(average("temperature/mean") == Approx(2.0 * kinetic / (3.0 * (n - 1.0))));
    CHECK(average("pressure/mean") == Approx(2.0 * kinetic / (3.0 * gas.volume())));
    CHECK(average("potential/mean") == 0.0);
    CHECK(average("total/error") == Approx(0.0).margin(1e-9));
}

namespace {

/// Pairs of species by their names in columns, and how many of their distances are in each of 37 bins up to
/// 2, counted over all pairs and images.
std::map<std::string, std::vector<double>> counted_pairs(const tests::Fluid& fluid, int species) {
    const auto all = fluid.particles({0, fluid.count()});
    std::map<std::string, std::vector<double>> counts;
    for (std::size_t i = 0; i < all.id.size(); ++i) {
        for (std::size_t j = i + 1; j < all.id.size(); ++j) {
            const auto [a, b] =
                std::minmax({Gas::species_of(all.id[i], species), Gas::species_of(all.id[j], species)});
            auto& bins = counts[fmt::format("{}{}", a + 1, b + 1)];
            bins.resize(37);
            for (int image = 0; image < 27; ++image) {
                const auto shift =
                    displacement(fluid.box(), {image % 3 - 1, image / 3 % 3 - 1, image / 9 - 1});
                double squared = 0;
                for (std::size_t k = 0; k < 3; ++k)
                    squared += std::pow(all.position[3 * j + k] + shift[k] - all.position[3 * i + k], 2);
                const auto bin = static_cast<std::size_t>(std::sqrt(squared) * 18.5);
                if (bin < 37) bins[bin] += 1;
            }
        }
    }
    return counts;
}

/// How many pairs of these two species there are, apart from images.
double pairs_in(const tests::Fluid& fluid, int species, const std::string& pair) {
    std::map<char, double> count;
    for (GlobalIndex id = 0; id < fluid.count(); ++id)
        count[static_cast<char>('1' + Gas::species_of(id, species))] += 1;
    const double n = count[pair[0]];
    return pair[0] == pair[1] ? 0.5 * n * (n - 1) : n * count[pair[1]];
}

}  // namespace

TEST_CASE("g(r) of a lattice: neighbours of each pair of species at their distances", "[observers]") {
    const int species = GENERATE(2, 3);
    tests::Fluid fluid;
    fluid.momentum = 0.0;
    Gas gas(tests::world(), fluid, ideal_gas(), species);
    // With 37 bins no distance of the lattice lies on the edge of one.
    const auto options = tests::observe_options("interval = 1\nblocks = 2\nradial_bins = 37");
    dynamics::Findings found;
    gas.simulation->observe_with(std::make_unique<Replaced>(
        [&] { return tests::measurement("radial", options, gas.run(3)); }, 2, found));
    gas.simulation->run_to(3);
    gas.simulation->finish();
    REQUIRE(found.tables.front().first == "radial.csv");
    const auto& [columns, rows] = found.tables.front().second;
    REQUIRE(rows.size() == 37);
    const auto expected = counted_pairs(fluid, species);
    std::vector<std::string> names{"r"};
    for (const auto& [pair, bins] : expected) names.insert(names.end(), {"g_" + pair, "error_" + pair});
    REQUIRE(columns == names);
    REQUIRE(expected.size() == (species == 2 ? 3 : 6));
    double largest = 0;
    for (std::size_t bin = 0; bin < 37; ++bin) {
        const double width = 2.0 / 37;
        const double r = width * static_cast<double>(bin);
        const double spherical_shell =
            4.0 / 3.0 * std::numbers::pi * (std::pow(r + width, 3) - std::pow(r, 3));
        CHECK(rows[bin][0] == Approx(r + 0.5 * width));
        std::size_t column = 1;
        for (const auto& [pair, bins] : expected) {
            const double g = bins[bin] * gas.volume() / (pairs_in(fluid, species, pair) * spherical_shell);
            CHECK(rows[bin][column] == Approx(g).epsilon(1e-9).margin(1e-12));
            column += 2;
            largest = std::max(largest, g);
        }
    }
    CHECK(largest > 5.0);
}
