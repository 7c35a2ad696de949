#include "rfhgn/model/pairwise/radial.hpp"

#include <cmath>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/pairwise/force_rows.hpp"
#include "rfhgn/model/training_range.hpp"
#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/training/extrapolation.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using model::Cutoff;

namespace {

constexpr double step = 1e-5;
const std::vector<std::string> inputs{"distance", "inverse", "inverse_square", "inverse_cube",
                                      "inverse_sixth"};

// A lattice with three species and edges on both sides of the cutoff that the models below have.
tests::Placed mixture() {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    auto placed = tests::Placed::make(tests::world(), options);
    for (std::size_t i = 0; i < placed.graph.node_id.size(); ++i)
        placed.graph.species[i] = static_cast<int>(placed.graph.node_id[i] % 3) * 5 - 1;
    return placed;
}

model::SamplingOptions with_cutoff(const std::string& function, const std::string& input) {
    model::SamplingOptions options;
    options.message_width = 7;
    options.cutoff = 1.1;
    options.smooth_from = 0.8;
    options.cutoff_function = function;
    options.radial_transform = input;
    return options;
}

std::vector<double> filled(const model::PairwiseModel& model, const model::EdgeInputs& edges,
                           void (*fill)(const model::PairwiseModel&, const model::EdgeInputs&,
                                        model::FeatureMatrix)) {
    std::vector<double> values(edges.size() * static_cast<std::size_t>(model.message.width));
    fill(model, edges, {values.data(), edges.size()});
    return values;
}

void check_derivatives(const model::PairwiseModel& model, const model::EdgeInputs& edges) {
    auto up = edges;
    auto down = edges;
    for (double& r : up.distance) r += step;
    for (double& r : down.distance) r -= step;
    const auto slope = filled(model, edges, model::message_slopes);
    const auto above = filled(model, up, model::message_values);
    const auto below = filled(model, down, model::message_values);
    for (std::size_t k = 0; k < slope.size(); ++k) {
        CHECK(slope[k] == Approx((above[k] - below[k]) / (2 * step)).margin(1e-7).epsilon(1e-6));
        if (edges.distance[k % edges.size()] >= model.cutoff.radius)
            CHECK((slope[k] == 0.0 && above[k] == 0.0));
    }
}

}  // namespace

TEST_CASE("what layers see of distances has the right slope and can be undone", "[radial]") {
    const std::vector<double> r{0.3, 0.85, 1.0, 2.5};
    for (const auto& name : inputs) {
        CAPTURE(name);
        const auto input = model::parse_radial_transform(name);
        CHECK(model::to_string(input) == name);
        std::vector<double> x(4), dx(4), up(4), down(4);
        model::transform_distances(input, r, x, dx);
        auto moved = r;
        for (double& value : moved) value += step;
        model::transform_distances(input, moved, up, {});
        for (double& value : moved) value -= 2 * step;
        model::transform_distances(input, moved, down, {});
        for (std::size_t i = 0; i < 4; ++i) {
            CHECK(dx[i] == Approx((up[i] - down[i]) / (2 * step)).epsilon(1e-6));
            CHECK(model::distance_of(input, x[i]) == Approx(r[i]).epsilon(1e-14));
        }
    }
    CHECK_THROWS_AS(model::parse_radial_transform("logarithm"), InputError);
}

TEST_CASE("a smooth cutoff ends with two derivatives", "[radial]") {
    const Cutoff cutoff{2.5, true, 2.0};
    const std::vector<double> r{1.0, 2.0, 2.25, 2.5 - 1e-3, 2.5, 3.0};
    std::vector<double> f(6), df(6);
    model::cut_off(cutoff, r, f, df);
    CHECK((f[0] == 1 && f[1] == 1 && df[0] == 0 && df[1] == 0));
    CHECK(f[2] == Approx(0.5));
    CHECK(df[2] == Approx(-1.875 / 0.5));
    // Of third order in the distance to the end: 10 s³ and its slope.
    CHECK(f[3] == Approx(10 * std::pow(1e-3 / 0.5, 3)).epsilon(0.01));
    CHECK(df[3] == Approx(-30 * std::pow(1e-3 / 0.5, 2) / 0.5).epsilon(0.01));
    CHECK((f[4] == 0 && f[5] == 0 && df[4] == 0 && df[5] == 0));
    model::cut_off({2.5, false, 0}, r, f, df);
    CHECK((f[3] == 1 && df[3] == 0 && f[4] == 0));
    CHECK(cutoff.beyond(2.5));
    CHECK(!Cutoff{}.beyond(1e9));
}

TEST_CASE("slopes of messages with cutoff are derivatives of their values", "[radial]") {
    systems::SystemOptions system;
    system.stiffness = {0.5, 2.0};
    system.mass = {0.5, 2.0};
    const auto placed = tests::Placed::make(tests::world(), system);
    const model::EdgeInputs edges{{0.7, 0.9, 1.05, 1.2, 1.4},
                                  {0.5, 1.0, 1.5, 2.0, 0.8},
                                  {1.0, 2.0, 0.5, 1.0, 1.5},
                                  {0.5, 1.0, 2.0, 1.0, 0.7},
                                  {}};
    for (const auto& input : inputs)
        for (const char* function : {"smooth", "sharp"})
            for (const int edge_width : {0, 5}) {
                CAPTURE(input, function, edge_width);
                auto sampling = with_cutoff(function, input);
                sampling.edge_width = edge_width;
                sampling.message_masses = edge_width > 0;
                check_derivatives(tests::made_up_model(tests::world(), placed, sampling), edges);
            }
}

TEST_CASE("with a sharp cutoff the energy of a message ends at zero", "[radial]") {
    const auto placed = mixture();
    const auto model = tests::made_up_model(tests::world(), placed, with_cutoff("sharp", "inverse"));
    for (const double value : filled(model, {{1.1 - 1e-12}, {}, {}, {}, {}}, model::message_values))
        CHECK(std::fabs(value) < 1e-10);
}

TEST_CASE("rows, the fast path of rollouts and the energy agree for every pair of species", "[radial]") {
    const auto placed = mixture();
    for (const char* function : {"smooth", "sharp"}) {
        const auto model =
            tests::made_up_model(tests::world(), placed, with_cutoff(function, "inverse_cube"));
        CHECK(model.kinetic_known);
        CHECK(model.species.known() == std::vector<int>{-1, 4, 9});
        REQUIRE(model.species.pairs() == 6);
        REQUIRE(model.message_coefficients.size() == 42);
        const auto hamiltonian = model::make_force_field(model, {});
        std::vector<double> force(placed.positions.size(), 0.0);
        graph::add_forces(*hamiltonian, placed.graph, placed.positions, force);

        model::NodeGrouper grouper(graph::atoms(placed.graph, placed.positions, placed.momenta),
                                   graph::neighbours(placed.graph));
        std::vector<LocalIndex> nodes(static_cast<std::size_t>(placed.graph.owned));
        std::iota(nodes.begin(), nodes.end(), 0);
        const auto rows = nodes.size() * 3;
        std::vector<double> matrix(rows * 42);
        model::ForceRows(graph::atoms(placed.graph, placed.positions, placed.momenta),
                         graph::neighbours(placed.graph), model)
            .assemble(grouper.group(std::move(nodes)), placed.positions, {matrix.data(), rows});
        bool same = true;
        for (std::size_t r = 0; r < rows; ++r) {
            double product = 0;
            for (std::size_t c = 0; c < 42; ++c)
                product += matrix[c * rows + r] * model.message_coefficients[c];
            same = same && force[r] == Approx(-product).epsilon(1e-11).margin(1e-12);
        }
        CHECK(same);

        // Energy asked for: the path through features.
        const auto& pair = dynamic_cast<const potential::PairForceField&>(*hamiltonian).pair();
        for (LocalIndex e = 0; e < placed.graph.edge_count(); ++e) {
            const double r = 0.5 + 0.02 * (e % 40);
            double fast = 1, slow = 1, energy = 1;
            pair.evaluate(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph), e,
                          {&r, 1}, {&fast, 1}, {});
            pair.evaluate(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph), e,
                          {&r, 1}, {&slow, 1}, {&energy, 1});
            same = same && fast == Approx(slow).epsilon(1e-12).margin(1e-13);
            if (r >= 1.1) same = same && fast == 0.0 && slow == 0.0 && energy == 0.0;
        }
        CHECK(same);
    }
}

TEST_CASE("the cutoff covers its range of distances, and what lies beyond is no excursion", "[radial]") {
    const auto placed = mixture();
    const auto model = tests::made_up_model(tests::world(), placed, with_cutoff("smooth", "inverse"));
    CHECK(model.training_range.all_pairs.distance_max == 1.1);
    auto spread = placed.positions;
    for (double& x : spread) x *= 5;
    CHECK(!training::outside_range(tests::world(), model, placed.graph, spread, placed.momenta).outside());
    for (double& x : spread) x /= 50;
    CHECK(training::outside_range(tests::world(), model, placed.graph, spread, placed.momenta).bonds() ==
          placed.graph.total_edges);
}
