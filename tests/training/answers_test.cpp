// Answers that one factorisation gives beside the fit: pruned models, snapshots left out.
#include <cmath>

#include "rfhgn/training/pairwise/pairwise_training.hpp"

#include "support/data.hpp"
#include "support/world.hpp"

using namespace rfhgn;

TEST_CASE("a model is pruned to the tolerance", "[answers]") {
    const auto set = tests::training_set(tests::world(), {}, 60, 48);
    model::SamplingOptions sampling;
    sampling.node_width = 32;
    sampling.message_width = 48;
    training::TrainingOptions options;
    const auto full = training::train(set, sampling, options);
    options.least_squares.prune_tolerance = 1e-4;
    const auto pruned = training::train(set, sampling, options);
    REQUIRE(pruned.message.pruning.has_value());
    REQUIRE(pruned.kinetic.pruning.has_value());
    CHECK(pruned.model.message.width < 48);
    CHECK(pruned.model.message.width == pruned.message.pruning->columns);
    CHECK(pruned.model.node.width == pruned.kinetic.pruning->columns);
    CHECK(pruned.model.message.biases.size() == pruned.model.message_coefficients.size());
    // Leading neurons are kept as they were.
    for (std::size_t k = 0; k < pruned.model.message.weights.size(); ++k)
        CHECK(pruned.model.message.weights[k] == full.model.message.weights[k]);
    CHECK(pruned.held_out.relative_force <= 1e-4);
    CHECK(pruned.held_out.relative_force == Approx(pruned.message.pruning->error).epsilon(1e-3));
    CHECK(pruned.message.pruning->full_error == Approx(full.held_out.relative_force).epsilon(0.1));
}

TEST_CASE("a snapshot with a wrong force is the worst when left out", "[answers]") {
    const GlobalIndex nodes = 8;
    const GlobalIndex spoilt = 17;
    auto set = tests::training_set(tests::world(), {}, 40, 16);
    for (LocalIndex i = 0; i < set.graph.owned; ++i)
        if (set.graph.node_id[static_cast<std::size_t>(i)] == spoilt * nodes + 3)
            set.force[static_cast<std::size_t>(3 * i)] += 0.5;
    model::SamplingOptions sampling;
    sampling.node_width = 16;
    sampling.message_width = 16;
    training::TrainingOptions options;
    options.least_squares.leave_one_out = true;
    const auto result = training::train(set, sampling, options);
    REQUIRE(result.message.leave_one_out.has_value());
    const auto& errors = *result.message.leave_one_out;
    CHECK(errors.groups == 32);  // training snapshots
    CHECK(result.kinetic.leave_one_out->groups == 32);
    CHECK(errors.worst.front().group == spoilt);
    CHECK(errors.worst.front().rows == nodes * 3);
    CHECK(errors.worst.front().left_out > 5 * errors.worst[1].left_out);
    CHECK(errors.worst.front().left_out == Approx(0.5 / std::sqrt(24.0)).epsilon(0.05));
}
