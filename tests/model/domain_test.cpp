#include "rfhgn/model/domain.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions varied() {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    return options;
}

model::DomainReport compare(const model::PairwiseModel& model, const tests::Placed& placed) {
    return model::outside_domain(tests::world(), model, placed.graph, placed.positions, placed.momenta);
}

}  // namespace

TEST_CASE("the data that a model was made from are inside its domain", "[domain]") {
    const auto placed = tests::Placed::make(tests::world(), varied());
    const auto report = compare(tests::made_up_model(tests::world(), placed, {}), placed);
    CHECK(!report.outside());
    CHECK(report.largest.quantity == -1);
}

TEST_CASE("bonds and particles outside are counted once, on any number of ranks", "[domain]") {
    auto placed = tests::Placed::make(tests::world(), varied());
    const auto whole = tests::Placed::make(parallel::Communicator::self(), varied());
    auto model = tests::made_up_model(tests::world(), placed, {});
    // Particle 17 far away and fast: every one of its bonds is too long.
    GlobalIndex bonds = 0;
    for (const auto& edge : whole.graph.edges) bonds += edge.first == 17 || edge.second == 17 ? 1 : 0;
    for (std::size_t i = 0; i < placed.graph.node_id.size(); ++i) {
        if (placed.graph.node_id[i] != 17) continue;
        placed.positions[3 * i] += 100;
        placed.momenta[3 * i] = 50;
    }
    auto report = compare(model, placed);
    CHECK(report.bonds == bonds);
    CHECK(report.particles == 1);
    CHECK((report.largest.quantity == 0 || report.largest.quantity == 1));
    CHECK((report.largest.first == 17 || report.largest.second == 17));
    CHECK(report.largest.excess > 10);
    // Known kinetic energies do not look at momenta.
    model.kinetic_known = true;
    report = compare(model, placed);
    CHECK((report.bonds == bonds && report.particles == 0));
    CHECK_THAT(model::describe(report.largest, model), Catch::Contains("the distance of bond ") &&
                                                           Catch::Contains("17") &&
                                                           Catch::Contains("outside ["));
}

TEST_CASE("masses and edge attributes that were not seen are outside", "[domain]") {
    auto options = varied();
    const auto seen = tests::Placed::make(tests::world(), options);
    const auto model = tests::made_up_model(tests::world(), seen, {});
    auto placed = tests::Placed::make(tests::world(), options);
    std::fill(placed.graph.mass.begin(), placed.graph.mass.end(), 40.0);
    for (double& stiffness : placed.graph.edge_attributes.values) stiffness = -1000.0;
    const auto report = compare(model, placed);
    CHECK(report.particles == placed.graph.total_nodes);
    CHECK(report.bonds == placed.graph.total_edges);
    CHECK_THAT(model::describe(report.largest, model),
               Catch::Contains("the stiffness of bond ") && Catch::Contains("is -1000, outside [0."));
}
