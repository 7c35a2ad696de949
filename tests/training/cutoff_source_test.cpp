// Learning in small periodic boxes: a cutoff beyond half of the box, so that particles meet several images.
#include "rfhgn/base/error.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/trainer.hpp"

#include "support/fluid_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::Fluid;

namespace {

constexpr double cutoff = Fluid::cutoff;

model::SamplingOptions sampling() {
    model::SamplingOptions options;
    options.message_width = 32;
    options.cutoff = cutoff;  // smooth from 0.8 of it, as the truth
    return options;
}

training::PairwiseTrainingResult learn(const parallel::Communicator& comm, GlobalIndex snapshots, int species,
                                       const std::string& stream = "never", int leaves = 0) {
    auto source = std::make_unique<Fluid>(snapshots, species);
    if (leaves == 0) leaves = data::leaf_count(source->totals(), training::widest_problem(sampling()));
    data::StreamOptions streaming;
    streaming.stream = stream;
    const auto data = data::open_data(comm, data::with_edges(comm, std::move(source), cutoff, leaves), leaves,
                                      0.2, streaming);
    CHECK(data->streamed() == (stream == "always"));
    training::TrainingOptions options;
    options.least_squares.lsqr_iterations = 0;
    return training::train(*data, sampling(), options);
}

}  // namespace

TEST_CASE("forces in small boxes are learned through all images", "[cutoff]") {
    const auto result = learn(tests::world(), 60, 1);
    CHECK(result.model.kinetic_known);
    CHECK(result.model.units == "lj");
    CHECK(result.model.cutoff == model::Cutoff{1.7, true, 1.36});
    CHECK(result.held_out.nodes > 0);
    CHECK(result.held_out.relative_force < 1e-8);
    CHECK(result.model.energy_per_edge == 0.0);
}

TEST_CASE("snapshots keep their boxes when edges are found", "[cutoff]") {
    for (const auto& [stream, snapshots] :
         {std::pair{"never", GlobalIndex{60}}, std::pair{"always", GlobalIndex{60}},
          std::pair{"never", GlobalIndex{5}}}) {
        constexpr int leaves = 8;  // more than five snapshots: they are cut through
        data::StreamOptions streaming;
        streaming.stream = stream;
        const auto all = data::open_data(
            tests::world(),
            data::with_edges(tests::world(), std::make_unique<Fluid>(snapshots, 1), cutoff, leaves), leaves,
            0.2, streaming);
        all->visit([&](const data::TrainingSet& set) {
            for (LocalIndex i = 0; i < set.graph.owned; ++i) {
                const auto s = static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(i)]);
                CHECK(set.box.at(s) == Fluid::cell(set.snapshot_number(i)));
            }
        });
    }
}

TEST_CASE("every pair of species has a force of its own", "[cutoff]") {
    const auto result = learn(tests::world(), 60, 2);
    CHECK(result.model.species.known() == std::vector<int>{0, 2});
    CHECK(result.message.columns == 96);
    CHECK(result.held_out.relative_force < 1e-7);
    auto alike = sampling();
    alike.species = false;
    CHECK(model::cutoff_of(alike) == result.model.cutoff);
}

TEST_CASE("coefficients have the same bits on any number of ranks, in memory and streamed", "[cutoff]") {
    const auto here = learn(parallel::Communicator::self(), 60, 2);
    const auto ranks = learn(tests::world(), 60, 2);
    const auto streamed = learn(tests::world(), 60, 2, "always");
    CHECK(here.model.message.weights == ranks.model.message.weights);
    CHECK(here.model.message_coefficients == ranks.model.message_coefficients);
    CHECK(here.model.message_coefficients == streamed.model.message_coefficients);
    // More leaves than snapshots: they are cut through.
    const auto cut = learn(parallel::Communicator::self(), 5, 1, "never", 8);
    CHECK(cut.model.message_coefficients ==
          learn(tests::world(), 5, 1, "never", 8).model.message_coefficients);
}

TEST_CASE("boxes need a cutoff, and species must be known", "[cutoff]") {
    CHECK_THROWS_WITH(data::with_edges(tests::world(), std::make_unique<Fluid>(4, 1), 0.0, 1),
                      Catch::Contains("but the model has none"));
    const auto one = learn(tests::world(), 60, 1);
    auto source = std::make_unique<Fluid>(60, 2);
    const int leaves = data::leaf_count(source->totals(), 32);
    const auto data = data::open_data(
        tests::world(), data::with_edges(tests::world(), std::move(source), cutoff, leaves), leaves, 0.2, {});
    CHECK_THROWS_WITH(training::train_layers(*data, one.model, {}),
                      Catch::Contains("species 2, but the model knows the species 0 only"));
}
