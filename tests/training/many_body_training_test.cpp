// Many-body potentials from data: the same bits however many ranks there are and however data are read.
#include "rfhgn/base/error.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/model/many_body/many_body_model.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/potential_errors.hpp"
#include "rfhgn/training/trainer.hpp"

#include "support/fluid_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::Fluid;
using tests::world;

namespace {

constexpr int leaves = 4;

std::unique_ptr<data::TrainingData> fluid(const parallel::Communicator& comm, int species,
                                          const std::string& stream = "never") {
    data::StreamOptions streaming;
    streaming.stream = stream;
    return data::open_data(
        comm, data::with_edges(comm, std::make_unique<Fluid>(60, species), Fluid::cutoff, leaves), leaves,
        0.2, streaming);
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
            0.2, sizes);
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
