#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/graph/neighbour_search.hpp"

#include "fluid.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

// Unwrapped positions and momenta by id, [N, 6], on every rank.
std::vector<double> by_id(const parallel::Communicator& comm, const RunningFluid& fluid) {
    const auto& g = fluid.cutoff.graph();
    const auto& state = fluid.simulation.state();
    std::vector<double> all(6 * static_cast<std::size_t>(g.total_nodes), 0.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i) {
        const auto shift = displacement(fluid.cutoff.box(), state.image[i]);
        for (std::size_t k = 0; k < 3; ++k) {
            all[6 * static_cast<std::size_t>(g.node_id[i]) + k] = state.position[3 * i + k] + shift[k];
            all[6 * static_cast<std::size_t>(g.node_id[i]) + 3 + k] = state.momentum[3 * i + k];
        }
    }
    parallel::sum(comm, std::span<double>(all));
    return all;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double worst = a.size() == b.size() ? 0.0 : INFINITY;
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k)
        worst = std::max(worst, std::fabs(a[k] - b[k]));
    return worst;
}

GlobalIndex ids_not_in(std::span<const GlobalIndex> ids, std::span<const GlobalIndex> other) {
    return std::count_if(ids.begin(), ids.end(), [&](GlobalIndex id) {
        return std::find(other.begin(), other.end(), id) == other.end();
    });
}

double total_energy(const dynamics::Simulation& simulation) {
    const auto s = simulation.scalars();
    return s.kinetic + s.potential;
}

}  // namespace

TEST_CASE("forces and energy of a fluid are those of brute force over all images", "[cutoff]") {
    const Fluid shape;
    RunningFluid fluid(world(), shape, 0.005);
    fluid.simulation.run_to(30);
    const auto state = by_id(world(), fluid);
    std::vector<double> positions;
    for (std::size_t i = 0; i < state.size(); i += 6)
        positions.insert(positions.end(), state.begin() + static_cast<std::ptrdiff_t>(i),
                         state.begin() + static_cast<std::ptrdiff_t>(i) + 3);
    std::vector<double> expected(positions.size(), 0.0);
    double energy = 0;
    const SmoothPairTerm term(shape.options.cutoff);
    for (const auto& pair : graph::find_neighbours(shape.box(), positions, shape.options.cutoff)) {
        const auto a = static_cast<std::size_t>(pair.first);
        const auto b = static_cast<std::size_t>(pair.second);
        const auto shift = displacement(shape.box(), pair.image);
        graph::Vector3 r{};
        for (std::size_t k = 0; k < 3; ++k) r[k] = positions[3 * b + k] + shift[k] - positions[3 * a + k];
        const double distance = std::hypot(r[0], r[1], r[2]);
        double slope = 0;
        double v = 0;
        term.evaluate({}, {}, 0, {&distance, 1}, {&slope, 1}, {&v, 1});
        energy += v;
        for (std::size_t k = 0; k < 3; ++k) {
            expected[3 * a + k] += slope * r[k] / distance;
            expected[3 * b + k] -= slope * r[k] / distance;
        }
    }
    const auto& g = fluid.cutoff.graph();
    const auto forces = fluid.simulation.forces();
    double worst = 0;
    double largest = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            const double exact = expected[3 * static_cast<std::size_t>(g.node_id[i]) + k];
            worst = std::max(worst, std::fabs(forces[3 * i + k] - exact));
            largest = std::max(largest, std::fabs(exact));
        }
    CHECK(worst <= 1e-12 * std::max(largest, 1.0));
    CHECK(fluid.simulation.scalars().potential == Approx(energy).epsilon(1e-12));
}

TEST_CASE("a fluid moves the same on one rank and on all, while particles migrate", "[cutoff]") {
    const Fluid shape;
    RunningFluid many(world(), shape, 0.005);
    RunningFluid one(parallel::Communicator::self(), shape, 0.005);
    const auto owned = [&] {
        const auto& g = many.cutoff.graph();
        return std::vector<GlobalIndex>(g.node_id.begin(), g.node_id.begin() + g.owned);
    };
    const auto before = owned();
    many.simulation.run_to(100);
    one.simulation.run_to(100);
    CHECK(largest_difference(by_id(world(), many), by_id(parallel::Communicator::self(), one)) < 1e-9);
    CHECK(many.cutoff.counts().rebuilds >= 5);
    const auto moved = parallel::sum(world(), ids_not_in(owned(), before));
    CHECK((world().size() == 1 || moved > 0));
}

TEST_CASE("a fluid keeps energy and momentum through rebuilds", "[cutoff]") {
    const Fluid shape;
    RunningFluid fluid(world(), shape, 0.002);
    const double start = total_energy(fluid.simulation);
    const auto momentum = fluid.simulation.scalars().momentum;
    double worst = 0;
    for (std::int64_t step = 50; step <= 500; step += 50) {
        fluid.simulation.run_to(step);
        worst = std::max(worst, std::fabs(total_energy(fluid.simulation) - start));
    }
    CHECK(worst < 2e-3 * static_cast<double>(shape.count()));
    for (std::size_t k = 0; k < 3; ++k)
        CHECK(fluid.simulation.scalars().momentum[k] == Approx(momentum[k]).margin(1e-10));
    CHECK(fluid.simulation.times().seconds("neighbours") > 0);
}

TEST_CASE("a run that starts from a renewed state repeats it bit by bit", "[cutoff]") {
    const Fluid shape;
    RunningFluid first(world(), shape, 0.005);
    first.simulation.run_to(37);
    first.simulation.renew();
    // As a file would keep it: blocks of ids, wrapped positions with their images.
    const auto& g = first.cutoff.graph();
    const auto block = parallel::block_range(shape.count(), world().size(), world().rank());
    std::vector<double> rows(9 * static_cast<std::size_t>(shape.count()), 0.0);
    const auto& state = first.simulation.state();
    for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            double* row = rows.data() + 9 * static_cast<std::size_t>(g.node_id[i]);
            row[k] = state.position[3 * i + k];
            row[3 + k] = state.momentum[3 * i + k];
            row[6 + k] = state.image[i][k];
        }
    parallel::sum(world(), std::span<double>(rows));
    auto particles = shape.particles(block);
    particles.image.resize(particles.id.size());
    for (std::size_t i = 0; i < particles.id.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            const double* row = rows.data() + 9 * static_cast<std::size_t>(particles.id[i]);
            particles.position[3 * i + k] = row[k];
            particles.momentum[3 * i + k] = row[3 + k];
            particles.image[i][k] = static_cast<int>(row[6 + k]);
        }
    RunningFluid second(world(), shape, 0.005, 37, std::move(particles));
    first.simulation.run_to(80);
    second.simulation.run_to(80);
    CHECK(second.simulation.state().position == first.simulation.state().position);
    CHECK(second.simulation.state().momentum == first.simulation.state().momentum);
    CHECK(second.simulation.state().image == first.simulation.state().image);
}

TEST_CASE("a step that is too large ends with an error on all ranks", "[cutoff]") {
    Fluid shape;
    shape.momentum = 5.0;
    RunningFluid fluid(world(), shape, 0.5);
    CHECK_THROWS_WITH(fluid.simulation.run_to(100000),
                      Catch::Contains("step") && Catch::Contains("particle"));
}

namespace {

class Watcher final : public dynamics::Observer {
  public:
    explicit Watcher(std::vector<double>& paths) : paths_(paths) {}
    [[nodiscard]] std::string name() const override { return "watcher"; }
    [[nodiscard]] std::int64_t interval() const override { return 50; }
    void observe(const dynamics::StepView& frame) override {
        CHECK(frame.cutoff == 2.0);
        CHECK(frame.box.periodic[1]);
        CHECK(frame.images.size() == static_cast<std::size_t>(frame.graph.owned));
        const auto positions = unwrapped_positions(frame);
        paths_.assign(3 * static_cast<std::size_t>(frame.graph.total_nodes), 0.0);
        for (std::size_t i = 0; i < static_cast<std::size_t>(frame.graph.owned); ++i)
            std::copy_n(positions.data() + 3 * i, 3, paths_.data() + 3 * frame.graph.node_id[i]);
        parallel::sum(world(), std::span<double>(paths_));
    }

  private:
    std::vector<double>& paths_;
};

}  // namespace

TEST_CASE("observers see the box, and paths without jumps", "[cutoff]") {
    const Fluid shape;
    RunningFluid fluid(world(), shape, 0.005);
    std::vector<double> paths;
    fluid.simulation.observe_with(std::make_unique<Watcher>(paths));
    fluid.simulation.run_to(0);
    const auto start = paths;
    fluid.simulation.run_to(150);
    double farthest = 0;
    for (std::size_t k = 0; k < paths.size(); ++k)
        farthest = std::max(farthest, std::fabs(paths[k] - start[k]));
    CHECK(farthest > 0.3);
    CHECK(farthest < 4.0);
    bool wrapped = false;
    for (const auto& image : fluid.simulation.state().image) wrapped = wrapped || image != graph::Image{};
    CHECK(parallel::any(world(), wrapped));
}
