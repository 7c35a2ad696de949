#include "rfhgn/model/match.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/coordinate_network/coordinate_network.hpp"
#include "rfhgn/training/match_facts.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

// Learned of a fluid of species 0 and 1 whose pair 1-1 was never seen.
model::PairwiseModel fluid_model() {
    model::PairwiseModel model;
    model.units = "lj";
    model.cutoff = {2.5, true, 2};
    model.species = model::SpeciesPairs({0, 1});
    model.kinetic_known = true;
    model.training_range.particles = {{0, {}}, {1, {}}};
    model.training_range.pairs = {{{0, 0}, {0.8, 2.5}}, {{0, 1}, {0.9, 2.5}}};
    return model;
}

systems::SystemOptions fluid() {
    systems::SystemOptions options;
    options.graph = "cutoff";
    options.size = {3, 3, 3};
    options.potential = "lennard_jones";
    options.fluid.density = 0.8;
    options.fluid.cutoff = 2.5;
    return options;
}

std::string refused(const model::PairwiseModel& model, const model::Facts& facts,
                    model::Purpose purpose = model::Purpose::use) {
    try {
        model.require_match(facts, purpose);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a model and its own kind of system match", "[match]") {
    CHECK(refused(fluid_model(), training::facts_of(systems::System(fluid()))).empty());
    const auto placed = tests::Placed::make(tests::world(), {});
    const auto springs = tests::made_up_model(tests::world(), placed, {});
    CHECK(refused(springs, training::facts_of(placed.system)).empty());
    CHECK(refused(springs, model::facts_of(springs, "itself")).empty());
}

TEST_CASE("what differs is named", "[match]") {
    const auto model = fluid_model();
    const auto with = [&](auto&& change) {
        auto facts = training::facts_of(systems::System(fluid()));
        facts.name = "'x.h5'";
        change(facts);
        return refused(model, facts);
    };
    CHECK(with([](auto& f) { f.dimension = 2; }) == "the model has dimension 3, but 'x.h5' has 2");
    CHECK(with([](auto& f) { f.units = "metal"; }) == "the model is in units 'lj', but 'x.h5' is in 'metal'");
    CHECK(with([](auto& f) { f.edge_attribute_names = {"stiffness"}; }) ==
          "the model has the edge attributes (none), but 'x.h5' has (stiffness)");
    CHECK(with([](auto& f) { f.cutoff = 3; }) ==
          "the model was trained with the cutoff 2.5, but 'x.h5' has 3");
    CHECK(with([](auto& f) { f.species.insert(7); }) ==
          "'x.h5' has particles of species 7, but the model knows the species 0, 1 only");
    auto springs = model;
    springs.cutoff = {};
    CHECK_THAT(refused(springs, training::facts_of(systems::System(fluid()))),
               Catch::Contains("live in boxes"));
}

TEST_CASE("species have the names that the model knows them by", "[match]") {
    auto model = fluid_model();
    model.species_names = {"Kr", "Ar"};
    auto facts = training::facts_of(systems::System(fluid()));
    facts.name = "'x.h5'";
    CHECK(refused(model, facts).empty());
    facts.species_names = {"Kr"};
    CHECK(refused(model, facts).empty());
    facts.species_names = {"Ar", "Kr"};
    CHECK(refused(model, facts) == "the model numbers its species 0 Kr, 1 Ar, but 'x.h5' 0 Ar, 1 Kr");
    facts.species_names = {"Kr", "Ar", "Xe"};
    facts.species = {2};
    CHECK(refused(model, facts) ==
          "'x.h5' has particles of species 2 (Xe), but the model knows the species 0, 1 only");
}

TEST_CASE("pairs that can meet must have been seen", "[match]") {
    auto model = fluid_model();
    auto options = fluid();
    options.fluid.species = {0.5, 0.5};
    CHECK_THAT(refused(model, training::facts_of(systems::System(options))),
               Catch::Contains("particles of the species 1-1 that can meet") &&
                   Catch::Contains("nearer than the cutoff 2.5"));
    options.fluid.species = {107.0 / 108, 1.0 / 108};  // one alone meets none of its own
    CHECK(refused(model, training::facts_of(systems::System(options))).empty());
    options.fluid.species = {0.5, 0.5};
    // Training may go on with such data; a model of an older file does not know what was seen.
    CHECK(refused(model, training::facts_of(systems::System(options)), model::Purpose::train).empty());
    model.training_range = {};
    CHECK(refused(model, training::facts_of(systems::System(options))).empty());
}

TEST_CASE("a species that only held-out data had was not learned", "[match]") {
    auto model = fluid_model();
    model.training_range.particles.erase(1);
    auto options = fluid();
    options.fluid.species = {0.9, 0.1};
    CHECK_THAT(refused(model, training::facts_of(systems::System(options))),
               Catch::Contains("species 1, which no training snapshot had"));
}

TEST_CASE("one species on a given graph is not another", "[match]") {
    const auto placed = tests::Placed::make(tests::world(), {});
    auto model = tests::made_up_model(tests::world(), placed, {});
    auto facts = training::facts_of(placed.system);
    facts.species = {3};
    CHECK_THAT(refused(model, facts), Catch::Contains("species 3, but the model knows the species 0 only"));
    CHECK_THAT(refused(model, facts, model::Purpose::train), Catch::Contains("species 3"));
    model.training_range = {model.training_range.all_pairs,
                            model.training_range.all_particles};  // not told apart, or an older file
    CHECK(refused(model, facts).empty());
}

TEST_CASE("a kinetic energy of one mass is not another's", "[match]") {
    const auto placed = tests::Placed::make(tests::world(), {});
    auto model = tests::made_up_model(tests::world(), placed, {});
    systems::SystemOptions heavy;
    heavy.mass = {1.0, 2.0};
    CHECK_THAT(refused(model, training::facts_of(systems::System(heavy))),
               Catch::Contains("mass 2, but the model learned the kinetic energy of mass 1 only"));
    model.kinetic_known = true;
    CHECK(refused(model, training::facts_of(systems::System(heavy))).empty());
}

TEST_CASE("a census of particles is of all ranks", "[match]") {
    // Species 0 everywhere, two of species 5 on different ranks where there are several.
    const auto& comm = tests::world();
    std::vector<int> species{0};
    std::vector<double> mass{1.0 + comm.rank()};
    if (comm.rank() == 0) species.push_back(5);
    if (comm.rank() == comm.size() - 1) species.push_back(5);
    training::Census census;
    census.add_particles(species, mass);
    model::Facts facts;
    census.tell_free(comm, facts);
    CHECK(facts.species == std::set<int>{0, 5});
    CHECK(facts.pairs.contains({0, 5}));
    CHECK(facts.pairs.contains({5, 5}));
    CHECK(facts.pairs.contains({0, 0}) == (comm.size() > 1));
    CHECK((facts.mass_min == 1 && facts.mass_max == comm.size()));
    if (comm.rank() == comm.size() - 1) census.add_pair(5, 0);
    census.tell_joined(comm, facts);
    CHECK(facts.pairs == std::set<model::SpeciesPair>{{0, 5}});
}

TEST_CASE("coordinate networks are for given graphs", "[match]") {
    model::CoordinateNetwork model;
    model.units = "lj";
    CHECK_THROWS_WITH(model.require_match(training::facts_of(systems::System(fluid()))),
                      Catch::Contains("live in boxes"));
    CHECK_NOTHROW(model.require_match({.units = "lj"}));
    CHECK_THROWS_WITH(model.require_match({.dimension = 2}), Catch::Contains("dimension 3"));
    CHECK_THROWS_WITH(model.require_match({.units = "metal"}), Catch::Contains("'metal'"));
}
