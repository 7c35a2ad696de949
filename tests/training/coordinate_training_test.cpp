#include "rfhgn/training/coordinate_network/coordinate_training.hpp"

#include <cmath>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"

#include "support/data.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions lattice(std::vector<std::int64_t> size = {2, 2, 2}) {
    systems::SystemOptions options;
    options.size = std::move(size);
    return options;
}

model::SamplingOptions narrow(const std::string& encoding) {
    model::SamplingOptions options;
    options.encoding = encoding;
    options.activation = "tanh";
    options.steepness = 1.0;
    options.node_width = 12;
    options.message_width = 24;
    return options;
}

constexpr int columns = 36;

// Whole snapshots on every rank.
data::TrainingSet whole_snapshots(const parallel::Communicator& comm, const systems::SystemOptions& options,
                                  GlobalIndex count) {
    const systems::System system(options);
    data::SnapshotTotals totals;
    totals.dimension = system.dimension();
    totals.nodes = system.nodes() * count;
    totals.snapshots = count;
    const int leaves = data::whole_leaf_count(totals, columns);
    const auto mine = data::owned_snapshots(comm, count, leaves);
    return data::make_training_set(
        comm, tests::snapshots(options, count, {mine.begin * system.nodes(), mine.end * system.nodes()}),
        leaves, 0.2);
}

}  // namespace

TEST_CASE("coefficients of a coordinate network have the same bits on any number of ranks", "[frame]") {
    const auto encoding = GENERATE(as<std::string>(), "frame", "absolute");
    const auto self = parallel::Communicator::self();
    training::TrainingOptions options;
    options.least_squares.lsqr_iterations = 0;
    const auto here = training::train_coordinates(
        *data::in_memory(whole_snapshots(tests::world(), lattice(), 40)), narrow(encoding), options);
    const auto alone = training::train_coordinates(*data::in_memory(whole_snapshots(self, lattice(), 40)),
                                                   narrow(encoding), options);
    CHECK(here.model.node.weights == alone.model.node.weights);
    CHECK(here.model.message.weights == alone.model.message.weights);
    CHECK(here.model.coefficients == alone.model.coefficients);
    CHECK(here.held_out.nodes == 8 * 8);
    CHECK(here.held_out.mse == Approx(alone.held_out.mse).epsilon(1e-10));
    CHECK(here.training.relative_velocity < 1.0);
}

TEST_CASE("rows are derivatives through the frame, also of snapshots larger than a block", "[frame]") {
    const auto size = GENERATE(std::vector<std::int64_t>{2, 2, 2}, std::vector<std::int64_t>{9, 9, 9});
    const auto set = whole_snapshots(tests::world(), lattice(size), size[0] == 2 ? 10 : 5);
    const auto data = data::borrow(set);
    auto model = training::train_coordinates(*data, narrow("frame"), {}).model;
    for (std::size_t m = 0; m < model.coefficients.size(); ++m) model.coefficients[m] = m % 2 ? 0.5 : -0.25;
    std::vector<double> by_position(set.position.size());
    std::vector<double> by_momentum(set.position.size());
    potential::Exchange none;
    model::make_force_field(model)->compute(data::atoms_of(set, set.position, set.momentum),
                                            graph::neighbours(set.graph), none,
                                            {.force = by_position, .velocity = by_momentum});
    for (double& value : by_position) value = -value;
    const auto rows = training::coordinate_rows(set, model);
    double largest = 0;
    std::vector<double> values;
    std::vector<double> predicted;
    const auto mine = rows->owned_leaves();
    for (auto leaf = static_cast<int>(mine.begin); leaf < mine.end; ++leaf)
        for (int block = 0; block < rows->blocks(leaf); ++block) {
            const LocalIndex count = rows->rows(leaf, block);
            values.resize(static_cast<std::size_t>(count) * (columns + 1));
            rows->produce(leaf, block, {values.data(), count, columns, count});
            for (LocalIndex r = 0; r < count; ++r) {
                double sum = 0;
                for (std::size_t c = 0; c < columns; ++c)
                    sum += values[c * static_cast<std::size_t>(count) + static_cast<std::size_t>(r)] *
                           model.coefficients[c];
                predicted.push_back(sum);
            }
        }
    std::vector<double> expected;
    for (const auto role : {linalg::RowRole::training, linalg::RowRole::held_out})
        for (LocalIndex i = 0; i < set.graph.owned; ++i)
            for (std::size_t k = 0; k < 6 && set.role(i) == role; ++k)
                expected.push_back(
                    (k < 3 ? by_position : by_momentum)[3 * static_cast<std::size_t>(i) + k % 3]);
    // Blocks hold training nodes first, leaf by leaf: compare what both add up to, by size.
    std::sort(expected.begin(), expected.end());
    std::sort(predicted.begin(), predicted.end());
    REQUIRE_ALL(expected.size() == predicted.size());
    for (std::size_t k = 0; k < expected.size(); ++k)
        largest = std::max(largest, std::fabs(expected[k] - predicted[k]));
    CHECK(largest < 1e-11);
}

TEST_CASE("a field is learned from coordinates and neither from distances nor in a frame", "[frame]") {
    auto system = lattice({2, 2});
    system.graph = "square";
    system.uniform_field = 1.5;
    system.harmonic_trap = 0.7;
    auto sampling = narrow("absolute");
    sampling.steepness = 0.5;
    sampling.node_width = 48;
    sampling.message_width = 128;
    const auto set = whole_snapshots(tests::world(), system, 100);
    const auto data = data::borrow(set);
    const auto absolute = training::train_coordinates(*data, sampling, {});
    CHECK(absolute.held_out.relative_force < 0.05);
    const auto pairwise = training::train(set, narrow("pairwise"), {});
    CHECK(pairwise.held_out.relative_force > 0.5);
    sampling.encoding = "frame";
    CHECK(training::train_coordinates(*data, sampling, {}).held_out.relative_force > 0.5);
}

TEST_CASE("a coordinate network says what it cannot be trained with", "[frame]") {
    const auto set = whole_snapshots(tests::world(), lattice(), 10);
    const auto data = data::borrow(set);
    training::TrainingOptions options;
    options.energy_weight = 1.0;
    CHECK_THROWS_WITH(training::train_coordinates(*data, narrow("frame"), options),
                      Catch::Contains("[train] energy_weight is for pairwise models only"));
    auto line = lattice({5});
    line.graph = "chain";
    line.dimension = 2;
    auto flat = whole_snapshots(tests::world(), line, 8);
    for (std::size_t k = 1; k < flat.position.size(); k += 2) flat.position[k] = 0;
    CHECK_THROWS_WITH(training::train_coordinates(*data::borrow(flat), narrow("frame"), {}),
                      Catch::Contains("do not span 2 dimensions"));
}
