#include "rfhgn/model/training_range.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/training/extrapolation.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

// A lattice with species in turn, 0 .. count - 1, by global id.
tests::Placed with_species(const parallel::Communicator& comm, int count) {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    auto placed = tests::Placed::make(comm, options);
    for (std::size_t i = 0; i < placed.graph.node_id.size(); ++i)
        placed.graph.species[i] = static_cast<int>(placed.graph.node_id[i] % count);
    return placed;
}

double length(const tests::Placed& placed, const graph::Edge& edge) {
    double squared = 0;
    for (std::size_t k = 0; k < 3; ++k) {
        const double apart = placed.positions[3 * static_cast<std::size_t>(edge.first) + k] -
                             placed.positions[3 * static_cast<std::size_t>(edge.second) + k];
        squared += apart * apart;
    }
    return std::sqrt(squared);
}

systems::SystemOptions varied() {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    return options;
}

model::ExtrapolationReport compare(const model::PairwiseModel& model, const tests::Placed& placed) {
    return training::outside_range(tests::world(), model, placed.graph, placed.positions, placed.momenta);
}

}  // namespace

TEST_CASE("the data that a model was made from are inside its training range", "[domain]") {
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
    CHECK(report.bonds() == bonds);
    CHECK(report.particles == 1);
    CHECK((report.largest.quantity == 0 || report.largest.quantity == 1));
    CHECK((report.largest.first == 17 || report.largest.second == 17));
    CHECK(report.largest.excess > 10);
    // Known kinetic energies do not look at momenta.
    model.kinetic_known = true;
    report = compare(model, placed);
    CHECK((report.bonds() == bonds && report.particles == 0));
    CHECK_THAT(model.describe(report.largest), Catch::Contains("the distance of bond ") &&
                                                   Catch::Contains("17") && Catch::Contains("outside ["));
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
    CHECK(report.bonds() == placed.graph.total_edges);
    CHECK_THAT(model.describe(report.largest),
               Catch::Contains("the stiffness of bond ") && Catch::Contains("is -1000, outside [0."));
}

TEST_CASE("every pair of species has a range of its own, the same on any number of ranks", "[domain]") {
    for (const int species : {2, 3}) {
        const auto placed = with_species(tests::world(), species);
        const auto alone = with_species(parallel::Communicator::self(), species);
        const auto training_range = tests::made_up_model(tests::world(), placed, {}).training_range;
        CHECK(training_range ==
              tests::made_up_model(parallel::Communicator::self(), alone, {}).training_range);
        std::map<model::SpeciesPair, model::PairRange> expected;
        for (const auto& edge : alone.graph.edges) {
            const auto pair = model::unordered(alone.graph.species[static_cast<std::size_t>(edge.first)],
                                               alone.graph.species[static_cast<std::size_t>(edge.second)]);
            const double r = length(alone, edge);
            auto& range = expected.emplace(pair, model::PairRange{r, r}).first->second;
            range.distance_min = std::min(range.distance_min, r);
            range.distance_max = std::max(range.distance_max, r);
        }
        REQUIRE(training_range.pairs.size() == expected.size());
        for (const auto& [pair, range] : expected) {
            CHECK(training_range.pairs.at(pair).distance_min == Approx(range.distance_min));
            CHECK(training_range.pairs.at(pair).distance_max == Approx(range.distance_max));
        }
        CHECK(training_range.particles.size() == static_cast<std::size_t>(species));
        CHECK(!compare(tests::made_up_model(tests::world(), placed, {}), placed).outside());
    }
}

TEST_CASE("a pair is held against its own range, not against that of other pairs", "[domain]") {
    const auto placed = with_species(tests::world(), 2);
    auto model = tests::made_up_model(tests::world(), placed, {});
    // 0-0 covers every distance that is met; 1-1 was seen far apart only, so that all of its bonds overlap.
    model.training_range.pairs[{0, 0}] = {0.01, 10};
    model.training_range.pairs[{0, 1}] = {0.01, 10};
    model.training_range.pairs[{1, 1}] = {5, 10};
    const auto alone = with_species(parallel::Communicator::self(), 2);
    GlobalIndex expected = 0;
    for (const auto& edge : alone.graph.edges)
        expected += alone.graph.species[static_cast<std::size_t>(edge.first)] == 1 &&
                    alone.graph.species[static_cast<std::size_t>(edge.second)] == 1;
    REQUIRE(expected > 0);
    auto report = compare(model, placed);
    CHECK(report.bonds() == expected);
    CHECK(report.largest.species == model::SpeciesPair{1, 1});
    CHECK_THAT(model.describe(report.largest),
               Catch::Contains("outside [5, 10] of the training data for the species 1-1"));
    // One that is not listed was never seen.
    model.training_range.pairs.erase({1, 1});
    CHECK(compare(model, placed).bonds() == expected);
    // Older files have one range for all.
    model.training_range = {{0.01, 10}, {100, 1, 1}};
    CHECK(!compare(model, placed).outside());
}

TEST_CASE("momenta and masses are held against the range of their species", "[domain]") {
    const auto placed = with_species(tests::world(), 2);
    auto model = tests::made_up_model(tests::world(), placed, {});
    model.training_range.particles[1] = {0, 1, 1};  // never seen to move
    const auto report = compare(model, placed);
    CHECK(report.particles == 18);
    CHECK_THAT(model.describe(report.largest), Catch::Contains("for the species 1"));
}

TEST_CASE("species that are not told apart have one range", "[domain]") {
    const auto placed = with_species(tests::world(), 2);
    model::SamplingOptions options;
    options.species = false;
    const auto training_range = tests::made_up_model(tests::world(), placed, options).training_range;
    CHECK((!training_range.by_species() && training_range.pairs.empty()));
    CHECK(training_range.all_pairs.distance_min > 0);
}

TEST_CASE("ranges are united species by species", "[domain]") {
    const model::TrainingRange a{{1, 2}, {5, 1, 1}, {{{0, 0}, {1, 2}}}, {{0, {5, 1, 1}}}};
    const model::TrainingRange b{
        {0.5, 1.5}, {9, 1, 3}, {{{0, 0}, {1.5, 1.8}}, {{0, 1}, {0.5, 1}}}, {{0, {1, 1, 1}}, {1, {9, 3, 3}}}};
    const model::TrainingRange expected{
        {0.5, 2}, {9, 1, 3}, {{{0, 0}, {1, 2}}, {{0, 1}, {0.5, 1}}}, {{0, {5, 1, 1}}, {1, {9, 3, 3}}}};
    CHECK(model::unite(a, b) == expected);
    CHECK(model::unite(b, a) == expected);
    // Of an older file one range is known.
    CHECK(model::unite(a, {{0.5, 1.5}, {9, 1, 3}}) == model::TrainingRange{{0.5, 2}, {9, 1, 3}});
}

TEST_CASE("a cutoff covers distances up to it, of pairs that were nearer", "[domain]") {
    const model::TrainingRange seen{{1, 3}, {}, {{{0, 0}, {1, 1.5}}, {{0, 1}, {2.5, 3}}}, {{0, {}}, {1, {}}}};
    const auto training_range = model::within({2, true, 1.6}, seen);
    CHECK(training_range.all_pairs.distance_max == 2);
    CHECK(training_range.pairs == std::map<model::SpeciesPair, model::PairRange>{{{0, 0}, {1, 2}}});
    model::PairwiseModel model;
    model.training_range = training_range;
    CHECK(model.unseen().empty());
    model.cutoff = {2, true, 1.6};
    CHECK_THAT(model.unseen(), Catch::Contains("0-1 and 1-1 nearer than the cutoff 2"));
}
