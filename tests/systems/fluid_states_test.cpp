#include <cmath>
#include <map>

#include "fluid_cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

/// Shortest distance of two sites, over all images of periodic directions.
struct Closest {
    double distance = 1e300;
    int pairs = 0;  ///< that are as near as that
};

Closest closest_sites(const systems::System& system) {
    const auto d = static_cast<std::size_t>(system.dimension());
    std::vector<graph::Vector3> sites(static_cast<std::size_t>(system.nodes()));
    for (std::size_t i = 0; i < sites.size(); ++i)
        system.site(static_cast<GlobalIndex>(i), {sites[i].data(), d});
    std::vector<double> distances;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        for (std::size_t j = i + 1; j < sites.size(); ++j) {
            for (int image = 0; image < 27; ++image) {
                const auto shift = graph::displacement(
                    system.box(), {image % 3 - 1, image / 3 % 3 - 1, d == 3 ? image / 9 - 1 : 0});
                double squared = 0;
                for (std::size_t k = 0; k < d; ++k)
                    squared += std::pow(sites[j][k] + shift[k] - sites[i][k], 2);
                distances.push_back(std::sqrt(squared));
                if (d == 2 && image == 8) break;
            }
        }
    }
    Closest closest;
    for (const double distance : distances) closest.distance = std::min(closest.distance, distance);
    for (const double distance : distances) closest.pairs += distance < 1.001 * closest.distance ? 1 : 0;
    return closest;
}

systems::SystemOptions lattice(const std::string& name, std::vector<std::int64_t> size,
                               double density = 0.8) {
    auto options = fluid();
    options.fluid.lattice = name;
    options.size = std::move(size);
    options.fluid.density = density;
    return options;
}

/// Momenta of owned particles and everything else, in the order of the graph.
struct Thermal {
    systems::System system;
    graph::DistributedGraph graph;
    std::vector<double> positions;
    std::vector<double> momenta;

    Thermal(const parallel::Communicator& comm, const systems::SystemOptions& options, double temperature)
        : system(options), graph(spread(comm, system)) {
        systems::InitialStateOptions start;
        start.temperature = temperature;
        start.displacement = 0.0;
        positions.resize(graph.state_size());
        momenta.resize(graph.state_size());
        system.initial_state(comm, graph, start, 5, positions, momenta);
    }

  private:
    static graph::DistributedGraph spread(const parallel::Communicator& comm, const systems::System& system) {
        const auto part = system.graph_part(comm);
        return graph::distribute(comm, part, graph::keep_owners(comm, part));
    }
};

}  // namespace

TEST_CASE("lattices: particles, volume, distance and number of nearest neighbours") {
    struct Expected {
        const char* name;
        GlobalIndex particles;
        double nearest;  ///< of lattice constant 1
        int neighbours;
    };
    for (const auto& expected : {Expected{"fcc", 4, std::sqrt(0.5), 12},
                                 Expected{"bcc", 2, std::sqrt(0.75), 8}, Expected{"hcp", 4, 1.0, 12},
                                 Expected{"sc", 1, 1.0, 6}, Expected{"diamond", 8, std::sqrt(3.0) / 4, 4}}) {
        auto options = lattice(expected.name, {3, 4, 3});
        const systems::System system(options);
        CHECK(system.nodes() == 36 * expected.particles);
        CHECK(graph::volume(system.box()) ==
              Approx(static_cast<double>(system.nodes()) / 0.8).epsilon(1e-13));
        options.fluid.density = 0;
        options.fluid.lattice_constant = 1.7;
        const auto closest = closest_sites(systems::System(options));
        INFO(expected.name);
        CHECK(closest.distance == Approx(1.7 * expected.nearest).epsilon(1e-12));
        CHECK(closest.pairs == expected.neighbours * system.nodes() / 2);
        for (GlobalIndex id = 0; id < system.nodes(); ++id) {
            std::array<double, 3> site{};
            system.site(id, site);
            for (const double s : graph::fractional(system.box(), site)) CHECK((s > -1e-14 && s < 1.0));
        }
    }
}

TEST_CASE("boxes: tilt, boundaries, two dimensions") {
    auto options = lattice("sc", {4, 5, 6}, 1.0);
    options.fluid.tilt = {0.5, -0.25, 0.75};
    options.fluid.boundary = {"periodic", "open", "periodic"};
    const auto box = systems::System(options).box();
    CHECK(box.vectors[0] == graph::Vector3{4, 0, 0});
    CHECK(box.vectors[1] == graph::Vector3{0.5, 5, 0});
    CHECK(box.vectors[2] == graph::Vector3{-0.25, 0.75, 6});
    CHECK(box.periodic == std::array<bool, 3>{true, false, true});
    options.fluid.boundary = {"open"};
    CHECK(systems::System(options).box().open());
    options = lattice("sc", {4, 5}, 0.25);
    options.dimension = 2;
    const systems::System plane(options);
    CHECK(plane.dimension() == 2);
    CHECK(plane.nodes() == 20);
    CHECK(graph::volume(plane.box()) == Approx(80.0));
    CHECK(closest_sites(plane).distance == Approx(2.0));
}

TEST_CASE("random sites keep their minimum distance, in any cell, and fill the box") {
    for (const double density : {0.5, 0.9}) {
        for (const int particles : {1, 7, 64, 100, 216}) {
            for (const bool tilted : {false, true}) {
                auto options = lattice("random", {particles}, density);
                if (tilted) options.fluid.tilt = {0.3, -0.4, 0.2};
                const systems::System system(options);
                CHECK(system.nodes() == particles);
                const double side = std::cbrt(particles / density);
                const double grid = std::ceil(std::cbrt(particles) - 1e-9);
                const auto widths = graph::widths(system.box());
                const double narrow = std::min({widths[0], widths[1], widths[2]});
                CHECK(graph::volume(system.box()) == Approx(side * side * side));
                if (particles > 1) CHECK(closest_sites(system).distance >= 0.8 * narrow / grid * (1 - 1e-12));
            }
        }
    }
    auto options = lattice("random", {216}, 0.5);
    options.potential = "yukawa";  // which has no core that could overlap
    options.fluid.minimum_distance = 0.3;
    const systems::System system(options);
    CHECK(closest_sites(system).distance >= 0.3);
    CHECK(closest_sites(system).distance < 0.7);
    auto other = options;
    other.seed = 2;
    std::array<double, 3> here{};
    std::array<double, 3> there{};
    system.site(3, here);
    systems::System(other).site(3, there);
    CHECK(here != there);
}

TEST_CASE("species have exact numbers, are mixed, and bring their masses") {
    auto options = mixture(lattice("fcc", {5, 5, 5}));
    options.fluid.species = {0.5, 0.3, 0.2};
    options.fluid.epsilon = {1.0};
    options.fluid.sigma = {1.0};
    options.fluid.masses = {1.0, 2.0, 3.0};
    const systems::System system(options);
    CHECK(system.species_count() == 3);
    const auto part = system.graph_part(parallel::Communicator::self());
    std::map<int, int> count;
    int changes = 0;
    for (std::size_t i = 0; i < part.species.size(); ++i) {
        ++count[part.species[i]];
        CHECK(part.mass[i] == 1.0 + part.species[i]);
        changes += i > 0 && part.species[i] != part.species[i - 1] ? 1 : 0;
    }
    CHECK(count == std::map<int, int>{{0, 250}, {1, 150}, {2, 100}});
    // Of two neighbours 1 − Σ f² = 0.62 differ.
    CHECK(std::abs(changes / 499.0 - 0.62) < 4 * std::sqrt(0.62 * 0.38 / 499.0));
}

TEST_CASE("particles, masses, species, sites and momenta are those of one rank") {
    const auto& comm = world();
    for (const auto& options : {mixture(lattice("fcc", {3, 2, 4})), mixture(lattice("random", {97}))}) {
        const Thermal here(comm, options, 1.3);
        const Thermal serial(parallel::Communicator::self(), options, 1.3);
        bool same = true;
        for (std::size_t i = 0; i < here.graph.node_id.size(); ++i) {
            const auto at = static_cast<std::size_t>(here.graph.node_id[i]);
            same = same && here.graph.mass[i] == serial.graph.mass[at] &&
                   here.graph.species[i] == serial.graph.species[at];
            for (std::size_t k = 0; k < 3; ++k)
                same = same && here.positions[3 * i + k] == serial.positions[3 * at + k] &&
                       here.momenta[3 * i + k] == serial.momenta[3 * at + k];
        }
        CHECK(same);
    }
}

TEST_CASE("thermal momenta: exact temperature, no total momentum, Maxwell's distribution in every species") {
    auto options = mixture(lattice("fcc", {12, 12, 12}));
    options.fluid.units = "metal";
    options.fluid.masses = {40.0, 84.0};
    const Thermal state(world(), options, 300.0);
    const auto units = state.system.units();
    std::array<double, 3> total{};
    double kinetic = 0;
    double fourth = 0;  // ⟨(p²/2m)²⟩ per component = 3/4 (kT)²
    std::array<double, 4> of_species{};
    for (std::size_t c = 0; c < state.graph.owned_size(); ++c) {
        const double m = state.graph.mass[c / 3];
        const double energy = state.momenta[c] * state.momenta[c] / (2 * m);
        const auto species = static_cast<std::size_t>(state.graph.species[c / 3]);
        CHECK(m == Approx((species == 0 ? 40.0 : 84.0) * 1.03642697e-4).epsilon(1e-7));
        total[c % 3] += state.momenta[c];
        kinetic += energy;
        fourth += energy * energy;
        of_species[species] += energy;
        of_species[2 + species] += 1.0;
    }
    const auto& comm = world();
    parallel::sum<double>(comm, total);
    parallel::sum<double>(comm, of_species);
    kinetic = parallel::sum(comm, kinetic);
    fourth = parallel::sum(comm, fourth);
    const auto particles = static_cast<double>(state.system.nodes());
    const double kt = 300.0 * 8.617333262e-5;
    CHECK(units.boltzmann == Approx(8.617333262e-5).epsilon(1e-9));
    CHECK(systems::temperature(units, kinetic, particles, 3) == Approx(300.0).epsilon(1e-11));
    const double typical = std::sqrt(kt * 50e-4 * particles);
    for (const double p : total) CHECK(std::abs(p) < 1e-10 * typical);
    CHECK(fourth / (3 * particles) ==
          Approx(0.75 * kt * kt).epsilon(5 * std::sqrt(96.0 / 9.0 / (3 * particles))));
    for (std::size_t s = 0; s < 2; ++s)
        CHECK(of_species[s] / of_species[2 + s] ==
              Approx(0.5 * kt).epsilon(5 * std::sqrt(2.0 / of_species[2 + s])));
}

TEST_CASE("a single particle with a temperature is at rest") {
    const Thermal state(parallel::Communicator::self(), lattice("random", {1}), 1.0);
    CHECK(state.momenta == std::vector<double>{0, 0, 0});
}
