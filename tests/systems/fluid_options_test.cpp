#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"

#include "failure_of.hpp"
#include "fluid_cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using Catch::Contains;

namespace {

const std::string base = R"([system]
graph = "cutoff"
potential = "lennard_jones"
size = [3, 3, 3]
)";

std::string failure_with(const std::string& keys) {
    return failure_of(base + "density = 0.8\ncutoff = 2.5\n" + keys + "\n");
}

}  // namespace

TEST_CASE("a deck sets a fluid") {
    config::Deck deck(base + R"(lattice = "bcc"
lattice_constant = 5.0
boundary = ["periodic", "periodic", "open"]
cutoff = 9.0
units = "metal"
species = [0.5, 0.5]
masses = [40.0, 84.0]
epsilon = [0.01, 0.02]
sigma = [3.4, 3.6]
truncation = "shifted"
)",
                      "deck.toml");
    systems::SystemOptions options;
    options.bind(deck.section("system"));
    options.check(deck.section("system"));
    deck.finish();
    const systems::System system(options);
    CHECK(system.follows_space());
    CHECK(system.nodes() == 54);
    CHECK(system.description() == "bcc 3x3x3, lennard_jones to 9");
    CHECK(system.units().name == "metal");
    CHECK(system.skin() == 2.0);
    CHECK(system.box().vectors[0] == graph::Vector3{15, 0, 0});
    CHECK(system.edge_attribute_names().empty());
    const auto part = system.graph_part(parallel::Communicator::self());
    CHECK(part.edges.empty());
    CHECK(part.mass.size() == 54);
}

TEST_CASE("given graphs are open, have no cutoff and no units") {
    const systems::System system(options_of("cubic", {2, 2, 2}, "harmonic"));
    CHECK_FALSE(system.follows_space());
    CHECK(system.box().open());
    CHECK(std::isinf(system.cutoff()));
    CHECK(system.units().name == "reduced");
    CHECK(system.species_count() == 1);
}

TEST_CASE("mistakes in fluids name the key") {
    CHECK(failure_with("").empty());
    CHECK_THAT(failure_of(base), Contains("'system.cutoff' must be given"));
    CHECK_THAT(failure_of(base), Contains("'system.density' or lattice_constant must say"));
    CHECK_THAT(failure_of(base), Contains("2 errors"));
    CHECK_THAT(failure_of(base + "density = 0.8\ncutoff = 0.0"),
               Contains("'system.cutoff' is 0, but must be > 0"));
    CHECK_THAT(failure_of(base + "density = -0.8\ncutoff = 2.5"), Contains("'system.density' is -0.8"));
    CHECK_THAT(failure_of(base + "density = 9.0\ncutoff = 2.5"), Contains("overlap"));
    CHECK_THAT(failure_with("lattice_constant = 1.5"), Contains("both given"));
    CHECK_THAT(failure_with("lattice = 'fc'"), Contains("did you mean 'fcc'"));
    CHECK_THAT(failure_with("lattice = 'random'"), Contains("takes 1 number of particles"));
    CHECK_THAT(failure_with("dimension = 2"), Contains("'system.dimension' 2 is impossible"));
    CHECK_THAT(failure_with("skin = -0.1"), Contains("'system.skin' is -0.1"));
    CHECK_THAT(failure_with("smooth_from = 2.5"), Contains("below the cutoff 2.5"));
    CHECK_THAT(failure_with("species = [0.5, 0.4]"), Contains("add up to 1, not to 0.9"));
    CHECK_THAT(failure_with("species = [1.5, -0.5]"), Contains("'system.species'"));
    CHECK_THAT(failure_with("species = [0.5, 0.5]\nmasses = [1.0]"),
               Contains("needs 2 numbers, one a species, not 1"));
    CHECK_THAT(failure_with("species = [0.5, 0.5]\nepsilon = [1.0, 1.0, 1.0, 1.0]"),
               Contains("needs 1 number, 2 (one a species) or 3 (one a pair"));
    CHECK_THAT(failure_with("sigma = [1.0, 1.0]"), Contains("'system.sigma' needs 1 number"));
    CHECK_THAT(failure_with("epsilon = 0.0"), Contains("'system.epsilon' is 0, but must be > 0"));
    CHECK_THAT(failure_with("boundary = ['open', 'periodic']"), Contains("needs 1 or 3 entries, not 2"));
    CHECK_THAT(failure_with("tilt = [0.1]"), Contains("needs xy, xz, yz, not 1"));
    CHECK_THAT(failure_with("tilt = [1e6, 0.0, 0.0]"), Contains("'system.tilt' makes an impossible cell"));
    CHECK_THAT(failure_of("[system]\ngraph = 'cutoff'\ndensity = 0.8\ncutoff = 2.5"),
               Contains("must be lennard_jones, morse or yukawa in a cutoff graph, not harmonic"));
    CHECK_THAT(failure_of("[system]\npotential = 'yukawa'"), Contains("needs graph = \"cutoff\", not cubic"));
    CHECK_THAT(
        failure_of("[system]\ngraph = 'cutoff'\npotential = 'lennard_jones'\nlattice = 'random'\nsize = 100\n"
                   "density = 0.8\ncutoff = 2.5\nminimum_distance = 1.2"),
        Contains("'system.minimum_distance' 1.2 is more than this density allows"));
}

TEST_CASE("steps of liquids are refused by what touching particles do, of gases by how near they begin") {
    auto options = fluid();
    const systems::System liquid(options);
    const double limit = liquid.certainly_unstable_step({});
    CHECK(limit == Approx(2.0 / std::sqrt(4.0 * 57.1464)).epsilon(1e-4));
    CHECK(limit > liquid.largest_stable_step());
    options.fluid.density = 0.01;  // no pair in reach of another
    CHECK(systems::System(options).certainly_unstable_step({}) == std::numeric_limits<double>::infinity());
    options.potential = "yukawa";
    options.fluid.density = 0.3;
    const double soft = systems::System(options).certainly_unstable_step({});
    CHECK((soft > systems::System(options).largest_stable_step() && soft < 10));
}

TEST_CASE("leapfrog of a liquid is stable a tenth below the largest stable step, which follows the mass") {
    auto options = fluid();
    const double limit = systems::System(options).largest_stable_step();
    CHECK(limit == Approx(2.0 / std::sqrt(24.0 * 57.1464)).epsilon(1e-4));
    options.mass = {4.0, 4.0};
    CHECK(systems::System(options).largest_stable_step() == Approx(2.0 * limit));
    options.fluid.units = "metal";
    options.mass = {40.0, 40.0};
    options.fluid.epsilon = {0.0104};
    options.fluid.sigma = {3.4};
    options.fluid.density = 0.8442 / std::pow(3.4, 3);
    options.fluid.cutoff = 8.5;
    // 2.15 ps is argon's unit of time.
    CHECK(systems::System(options).largest_stable_step() == Approx(2.15 * limit).epsilon(0.01));
}

// In time that grows with the square of their number: with its fourth power it took a minute.
TEST_CASE("of many species the deepest well limits the step") {
    auto options = fluid();
    const double limit = systems::System(options).largest_stable_step();
    constexpr std::size_t species = 256;
    options.fluid.species.assign(species, 1.0 / species);
    options.fluid.epsilon.assign(species, 1.0);
    options.fluid.sigma.assign(species, 1.0);
    CHECK(systems::System(options).largest_stable_step() == Approx(limit));
    options.fluid.epsilon[100] = 4.0;
    CHECK(systems::System(options).largest_stable_step() == Approx(0.5 * limit));
    options.fluid.epsilon.assign(species * (species + 1) / 2, 1.0);
    options.fluid.epsilon[1] = 9.0;  // of the pair (0, 1)
    CHECK(systems::System(options).largest_stable_step() == Approx(limit / 3));
}
