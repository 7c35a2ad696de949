// Many-body potentials from data: the same bits however many ranks there are and however data are read.
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/model/many_body/many_body_model.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/potential_errors.hpp"
#include "rfhgn/training/trainer.hpp"

#include "many_body/score.hpp"
#include "support/fluid_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::Fluid;
using tests::world;

namespace {

constexpr int leaves = 4;

std::unique_ptr<data::TrainingData> fluid(const parallel::Communicator& comm, int species,
                                          const std::string& stream = "never",
                                          const data::Split& split = {0.2, 4}) {
    data::StreamOptions streaming;
    streaming.stream = stream;
    return data::open_data(
        comm, data::with_edges(comm, std::make_unique<Fluid>(60, species), Fluid::cutoff, leaves), leaves,
        split, streaming);
}

model::SamplingOptions small() {
    model::SamplingOptions options;
    options.encoding = "many_body";
    options.cutoff = Fluid::cutoff;
    options.many_body = {.cutoff_exponent = 3,
                         .radial = 8,
                         .angular = 2,
                         .degree = 6,
                         .neurons = 40,
                         .directions = 12,
                         .core = false};
    return options;
}

training::TrainingResult learn(const data::TrainingData& data,
                               const training::TrainingOptions& options = {}) {
    return training::trainer_of("many_body").train(data, small(), options);
}

// Invariants grow with a power of the species: fewer functions for two keep the test short.
training::TrainingResult learn_briefly(const data::TrainingData& data, int species) {
    auto options = small();
    if (species > 1) options.many_body.degree = 4;
    return training::trainer_of("many_body").train(data, options, {});
}

const model::many_body::Model& potential_of(const training::TrainingResult& result) {
    return dynamic_cast<const model::ManyBodyModel&>(*result.model).potential;
}

}  // namespace

TEST_CASE("a many-body potential learns forces in small boxes", "[many_body]") {
    const auto data = fluid(world(), 1);
    const auto result = learn(*data);
    CHECK(result.held_out.nodes > 0);
    CHECK(result.held_out.relative_force < 0.02);
    const auto errors =
        training::potential_errors(*data, *result.model->force_field({}), linalg::RowRole::held_out);
    if (world().is_root()) {
        CHECK(errors.all.force.rmse() > 0);
        CHECK(errors.all.energy_per_atom.count == 0);
        CHECK(errors.all.stress.count > 0);
    }
    REQUIRE(result.fits.size() == 1);
    const auto& targets = result.fits.front().report.targets;
    REQUIRE(targets.size() == 2);  // what the data have
    CHECK((targets[1].name == "virial" && targets[1].rows == 6 * 48));
}

TEST_CASE("many-body coefficients have the same bits on one rank and on all, streamed or not",
          "[many_body]") {
    for (const int species : {1, 2}) {
        const auto alone = learn_briefly(*fluid(parallel::Communicator::self(), species), species);
        const auto together = learn_briefly(*fluid(world(), species), species);
        const auto streamed = learn_briefly(*fluid(world(), species, "always"), species);
        const auto& expected = potential_of(alone);
        for (const auto* other : {&together, &streamed}) {
            const auto& found = potential_of(*other);
            CHECK(found.features.basis == expected.features.basis);
            CHECK(found.features.neurons.weights == expected.features.neurons.weights);
            CHECK(found.coefficients == expected.coefficients);
        }
    }
}

TEST_CASE("many-body rows of streamed data are those of the batch that is in memory", "[many_body]") {
    const auto whole = learn(*fluid(world(), 1));
    const auto& expected = potential_of(whole).coefficients;
    for (const data::StreamSizes sizes : {data::StreamSizes{200, 1}, data::StreamSizes{200, 1000}}) {
        const auto batches = data::stream(
            world(), data::with_edges(world(), std::make_unique<Fluid>(60, 1), Fluid::cutoff, leaves), leaves,
            data::Split{0.2, 4}, sizes);
        const auto learned = learn(*batches);
        CHECK(learned.held_out.relative_force == Approx(whole.held_out.relative_force));
        const auto& found = potential_of(learned).coefficients;
        REQUIRE(found.size() == expected.size());
        double norm = 0;
        double difference = 0;
        for (std::size_t k = 0; k < found.size(); ++k) {
            norm += expected[k] * expected[k];
            difference += (found[k] - expected[k]) * (found[k] - expected[k]);
        }
        CHECK(difference < 1e-12 * norm);
    }
}

TEST_CASE("what is not given is chosen by leaving out parts of the snapshots in turn", "[many_body]") {
    for (const double held_out : {0.2, 0.0}) {
        const auto result = learn(*fluid(world(), 1, "never", {held_out, held_out > 0 ? 4 : 5}));
        REQUIRE(result.choice);
        const auto& choice = *result.choice;
        CHECK(choice.folds == 5);
        CHECK((result.held_out.nodes > 0) == (held_out > 0));
        REQUIRE(choice.tried.size() > 5);
        const auto& chosen = choice.tried[choice.chosen];
        CHECK(choice.tried.front().score == 0);
        CHECK(chosen.score <= 0.01);
        CHECK(chosen.force_rmse > 0);
        CHECK(std::isnan(chosen.energy_rmse_per_atom));
        CHECK(result.fits.front().report.ridge_choice == "cross-validation");
    }
    // One part is no choice.
    const auto result = learn(*fluid(world(), 1, "never", {0.0, 1}));
    CHECK_FALSE(result.choice);
    CHECK(result.training.relative_force < 0.02);
}

TEST_CASE("a given ridge and given weights stay as they are", "[many_body]") {
    const auto data = fluid(world(), 1);
    training::TrainingOptions options;
    options.least_squares.ridge = 1e-5;
    options.virial_weight_given = true;
    options.virial_weight = 0.5;
    const auto result = learn(*data, options);
    const auto& report = result.fits.front().report;
    CHECK(report.ridge == 1e-5);
    CHECK(report.ridge_choice == "given");
    CHECK(report.targets[1].weight == linalg::Weight{0.5});
    for (const auto& tried : result.choice->tried)
        for (const auto& [name, value] : tried.values) {
            if (name == "virial_weight") CHECK(value == 0.5);
            if (name == "ridge") CHECK(value == result.choice->tried.front().values[1].second);
        }
}

TEST_CASE("one part with an outlier does not choose", "[many_body]") {
    const training::Score score({1, 1, 1, 1, 1}, 1, -1);
    // A hundredth better in four parts, a hundred times worse in the fifth.
    CHECK(score(std::vector{0.99, 0.99, 1e4, 0.99, 0.99}) == Approx(0.5 * std::log(0.99)));
    const training::Score both({1, 4, 1, 4, 1, 4, 1, 4}, 2, 1);
    CHECK(both(std::vector<double>{1, 4, 1, 4, 1, 4, 1, 4}) == 0);
    CHECK(both(std::vector<double>{1, 16, 1, 16, 1, 16, 1, 16}) == Approx(0.25 * std::log(2)));
    CHECK(
        std::isinf(both(std::vector<double>{1, 4, std::numeric_limits<double>::infinity(), 4, 1, 4, 1, 4})));
}

TEST_CASE("what many-body training does not know is refused", "[many_body]") {
    const auto data = fluid(world(), 1);
    const auto refused = [&](const char* key, auto&& set) {
        training::TrainingOptions options;
        set(options);
        CHECK_THROWS_WITH(learn(*data, options), Catch::Contains(std::string(key) + " is not for"));
    };
    refused("keep_factor", [](auto& options) { options.keep_factor = true; });
    refused("rates", [](auto& options) { options.rates = "central2"; });
    refused("prune_tolerance", [](auto& options) { options.least_squares.prune_tolerance = 1e-3; });
    refused("leave_one_out", [](auto& options) { options.least_squares.leave_one_out = true; });
    refused("method", [](auto& options) { options.least_squares.method = "lsqr"; });
    const auto result = learn(*data);
    CHECK_THROWS_WITH(training::trainer_of("many_body").train_layers(*data, *result.model, {}, nullptr),
                      Catch::Contains("is trained from the start"));
}

TEST_CASE("weights of energies and virials may be given", "[many_body]") {
    training::TrainingOptions options;
    options.energy_weight_given = options.virial_weight_given = true;
    const auto result = learn(*fluid(world(), 1), options);  // 0 both
    CHECK(result.fits.front().report.targets.size() <= 1);
    CHECK(result.held_out.relative_force < 0.02);
}
