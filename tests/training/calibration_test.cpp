#include "rfhgn/training/calibration.hpp"

#include <cmath>

#include "rfhgn/base/random.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"

#include "support/data.hpp"
#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

// Independent normal noise on every rate, keyed by global particle and component.
void add_noise(data::TrainingSet& set, double force, double velocity) {
    const CounterRandom random(7, Stream::noise);
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    for (std::size_t k = 0; k < set.force.size(); ++k) {
        const auto id = static_cast<std::uint64_t>(set.graph.node_id[k / d]);
        const auto draw = random.normal2(id, k % d);
        set.force[k] += force * draw[0];
        set.velocity[k] += velocity * draw[1];
    }
}

}  // namespace

TEST_CASE("errors of normal data in units of their deviation are calibrated", "[calibration]") {
    const CounterRandom random(3, Stream::noise);
    constexpr GlobalIndex total = 20000;
    const auto mine = parallel::block_range(total, tests::world().size(), tests::world().rank());
    std::vector<double> deviation;
    std::vector<double> error;
    for (auto i = mine.begin; i < mine.end; ++i) {
        const auto id = static_cast<std::uint64_t>(i);
        deviation.push_back(i % 10 == 0 ? 0.0 : random.uniform(0.1, 3.0, id, 1));
        error.push_back(i % 10 == 0 ? 1e9 : deviation.back() * random.normal2(id)[0]);
    }
    const std::vector<double> value(error.size(), 1.0);
    const auto report = training::calibrate(tests::world(), deviation, error, value, 0.0);
    CHECK(report.incomparable.empty());
    CHECK(report.model.within_one == Approx(0.683).margin(0.01));
    CHECK(report.model.within_two == Approx(0.954).margin(0.01));
    CHECK(report.model.rms == Approx(1.0).margin(0.02));
    CHECK(report.observation.rms == Approx(report.model.rms));
    CHECK(report.correlation > 0.3);
    CHECK(report.largest_deviation == Approx(3.0).margin(0.01));
    CHECK(training::calibrate(tests::world(), deviation, error, value, 3.0).observation.rms < 0.6);
    const auto none = training::calibrate(tests::world(), {}, {}, {}, 0.5);
    CHECK((none.rms_error == 0 && none.noise == 0.5));
}

TEST_CASE("figures that mean nothing are called so", "[calibration]") {
    const auto why = [](double deviation, double error) {
        const std::vector<double> deviations(10, deviation);
        const std::vector<double> errors(10, error);
        const std::vector<double> values(10, 2.0);
        return training::calibrate(tests::world(), deviations, errors, values, 0.0).incomparable;
    };
    CHECK(why(1e-6, 2e-6).empty());
    CHECK(why(1e-6, 5e-5).empty());
    CHECK_THAT(why(0, 1e-6), Catch::Contains("predicts no deviation"));
    CHECK_THAT(why(1e-15, 1e-6),
               Catch::Contains("deviations of rms 1.0e-15 are rounding beside values of 2.0e+00"));
    CHECK_THAT(why(1e-12, 1e-15), Catch::Contains("errors of rms 1.0e-15 are rounding"));
    CHECK_THAT(why(1e-13, 2.4e-4), Catch::Contains("do not come from what deviations"));
}

TEST_CASE("noisy rates give standard deviations of the size of the errors", "[calibration]") {
    systems::SystemOptions options;
    options.potential = "quartic";
    for (const double noise : {0.01, 0.1}) {
        auto set = tests::training_set(tests::world(), options, 200, 32);
        add_noise(set, noise, 0.5 * noise);
        model::SamplingOptions sampling;
        sampling.node_width = 24;
        sampling.message_width = 32;
        const auto result = training::train(set, sampling, {});
        CAPTURE(noise, result.message.ridge, result.message.degrees_of_freedom, result.message.ridge_noise);
        CHECK(result.message.noise == Approx(noise).epsilon(0.1));
        CHECK(result.kinetic.noise == Approx(0.5 * noise).epsilon(0.1));
        // Against the exact field, at states that the model has not seen, of a larger system.
        auto large = options;
        large.size = {5, 5, 5};
        const auto placed = tests::Placed::make(tests::world(), large);
        const auto exact = placed.system.force_field();
        const auto report = training::judge_uncertainty(tests::world(), placed.graph, result.model, *exact,
                                                        placed.positions, placed.momenta);
        CHECK(report.force.model.rms >= 0.5);
        CHECK(report.force.model.rms <= 2.0);
        CHECK(report.velocity.model.rms >= 0.5);
        CHECK(report.velocity.model.rms <= 2.0);
        // Against held-out rates as noisy as the training data.
        const auto held = training::judge_uncertainty(set, result.model, linalg::RowRole::held_out);
        CHECK(held.force.observation.rms == Approx(1.0).margin(0.1));
        CHECK(held.force.observation.within_one == Approx(0.683).margin(0.05));
        CHECK(held.force.observation.within_two == Approx(0.954).margin(0.03));
        CHECK(held.force.rms_deviation < noise);
    }
}

TEST_CASE("uncertainty does not depend on the number of ranks", "[calibration]") {
    const auto report = [](const parallel::Communicator& comm) {
        auto set = tests::training_set(comm, {}, 60, 16);
        add_noise(set, 0.05, 0.05);
        model::SamplingOptions sampling;
        sampling.node_width = 16;
        sampling.message_width = 16;
        return training::judge_uncertainty(set, training::train(set, sampling, {}).model,
                                           linalg::RowRole::held_out);
    };
    const auto many = report(tests::world());
    const auto one = report(parallel::Communicator::self());
    CHECK(many.force.noise == Approx(one.force.noise).epsilon(1e-12));
    CHECK(many.force.rms_deviation == Approx(one.force.rms_deviation).epsilon(1e-6));
    CHECK(many.force.model.rms == Approx(one.force.model.rms).epsilon(1e-6));
    CHECK(many.velocity.largest_deviation == Approx(one.velocity.largest_deviation).epsilon(1e-6));
}

TEST_CASE("training without uncertainty keeps no factor", "[calibration]") {
    const auto set = tests::training_set(tests::world(), {}, 60, 16);
    training::TrainingOptions options;
    options.uncertainty = false;
    CHECK(!training::train(set, {}, options).model.message_posterior.known());
    const auto model = training::train(set, {}, {}).model;
    CHECK((model.message_posterior.known() && model.kinetic_posterior.known()));
    CHECK(model.training_range.all_pairs.attribute_min.empty());
}
