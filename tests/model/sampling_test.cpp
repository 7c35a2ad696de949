#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/pairwise/pairwise_sampling.hpp"
#include "rfhgn/training/pairwise/reference_sample.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

model::PairwiseModel sample(const parallel::Communicator& comm, const model::SamplingOptions& sampling) {
    systems::SystemOptions options;
    options.size = {5, 4, 3};
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    return tests::made_up_model(comm, tests::Placed::make(comm, options), sampling);
}

}  // namespace

TEST_CASE("the sampled network is the same, bit for bit, on any number of ranks", "[sampling]") {
    for (const char* sampler : {"swim", "elm"}) {
        for (const int edge_width : {0, 8}) {
            model::SamplingOptions sampling;
            sampling.sampler = sampler;
            sampling.edge_width = edge_width;
            const auto here = sample(tests::world(), sampling);
            const auto alone = sample(parallel::Communicator::self(), sampling);
            CAPTURE(sampler, edge_width);
            CHECK(here.node.weights == alone.node.weights);
            CHECK(here.node.biases == alone.node.biases);
            CHECK(here.node.mean == alone.node.mean);
            CHECK(here.message.weights == alone.message.weights);
            CHECK(here.message.biases == alone.message.biases);
            CHECK(here.message.inverse_scale == alone.message.inverse_scale);
            CHECK(here.training_range.all_pairs.distance_min == alone.training_range.all_pairs.distance_min);
            CHECK(here.training_range.all_particles.squared_momentum_max ==
                  alone.training_range.all_particles.squared_momentum_max);
        }
    }
}

TEST_CASE("a SWIM neuron with published constants is -1/2 and 1/2 at the points of its pair", "[sampling]") {
    model::SamplingOptions sampling;
    sampling.activation = "tanh";
    sampling.steepness = 1.0;
    sampling.kinetic = "known";
    sampling.message_width = 20;
    systems::SystemOptions options;
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto model = tests::made_up_model(tests::world(), placed, sampling);
    // In one dimension the pair can be read off the neuron: z = ±ln(3)/2.
    for (int m = 0; m < 20; ++m) {
        const double w = model.message.weights[static_cast<std::size_t>(m)];
        const double b = model.message.biases[static_cast<std::size_t>(m)];
        const double half = std::log(3.0) / 2;
        const double x1 = (-half - b) / w;
        const double x2 = (half - b) / w;
        CHECK(std::fabs(x2 - x1) >= sampling.gap * (1 - 1e-12));
        CHECK(std::fabs(x1) < 4.0);
        CHECK(std::fabs(x2) < 4.0);
    }
}

TEST_CASE("another seed gives another network", "[sampling]") {
    model::SamplingOptions first;
    model::SamplingOptions second;
    second.seed = 2;
    CHECK(sample(tests::world(), first).message.weights != sample(tests::world(), second).message.weights);
}

TEST_CASE("an input that does not vary is switched off", "[sampling]") {
    systems::SystemOptions options;
    const auto placed = tests::Placed::make(tests::world(), options);
    model::SamplingOptions sampling;
    sampling.message_masses = true;  // all masses are 1
    const auto model = tests::made_up_model(tests::world(), placed, sampling);
    CHECK(model.message.inverse_scale[0] == 0.0);
    CHECK(model.message.inverse_scale[1] == 0.0);
    CHECK(model.message.inverse_scale[2] > 0.0);
}

TEST_CASE("nothing left for training is an error on all ranks", "[sampling]") {
    const auto placed = tests::Placed::make(tests::world(), {});
    const std::vector<char> none(static_cast<std::size_t>(placed.graph.owned), 0);
    CHECK_THROWS_AS(
        training::reference_sample(tests::world(), placed.graph, placed.positions, placed.momenta, none),
        InputError);
}

TEST_CASE("the reference sample is bounded and covers the data evenly", "[sampling]") {
    systems::SystemOptions options;
    options.size = {10, 10, 10};
    const auto placed = tests::Placed::make(tests::world(), options);
    const std::vector<char> all(static_cast<std::size_t>(placed.graph.owned), 1);
    const auto sample =
        training::reference_sample(tests::world(), placed.graph, placed.positions, placed.momenta, all, 100);
    CHECK(sample.nodes.size() == 100);
    CHECK(sample.edges.size() == 100);
    for (const double r : sample.edges.distance) {
        CHECK(r >= sample.training_range.all_pairs.distance_min);
        CHECK(r <= sample.training_range.all_pairs.distance_max);
    }
}
