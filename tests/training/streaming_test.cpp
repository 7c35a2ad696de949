#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/training/calibration.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "support/uneven_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::UnevenChains;
using tests::world;

namespace {

constexpr GlobalIndex snapshots = 151;
constexpr double held_out = 0.3;

data::TrainingSet kept(int leaves, GlobalIndex most_nodes = data::nodes_per_piece) {
    const UnevenChains chains(snapshots);
    auto set = chains.read_snapshots(data::owned_snapshots(world(), snapshots, leaves));
    return data::make_training_set(world(), std::move(set), leaves, held_out, most_nodes);
}

std::unique_ptr<data::TrainingData> streamed(int leaves, data::StreamSizes sizes = {}) {
    return data::stream(world(), std::make_unique<UnevenChains>(snapshots), leaves, held_out, sizes);
}

model::SamplingOptions narrow() {
    model::SamplingOptions sampling;
    sampling.node_width = 12;
    sampling.message_width = 20;
    return sampling;
}

training::TrainingOptions direct() {
    training::TrainingOptions options;
    options.least_squares.lsqr_iterations = 0;
    return options;
}

bool same(const linalg::RFactorPair& a, const linalg::RFactorPair& b) {
    return a.training.rows == b.training.rows && a.training.values == b.training.values &&
           a.held_out.rows == b.held_out.rows && a.held_out.values == b.held_out.values;
}

std::unique_ptr<linalg::RowSource> rows_of(const data::TrainingData& data, const model::PairwiseModel& model,
                                           training::Target target) {
    return data.rows(training::row_kind(target, model, data.facts().dimension));
}

}  // namespace

TEST_CASE("streamed data judge a model as data in memory do", "[streaming]") {
    const int leaves = 8;
    const auto set = kept(leaves);
    // Noise makes deviations that are more than rounding.
    auto noisy = kept(leaves);
    for (auto* rates : {&noisy.force, &noisy.velocity})
        for (std::size_t k = 0; k < rates->size(); ++k)
            (*rates)[k] += 0.05 * std::sin(12.9898 * static_cast<double>(k));
    const auto model = training::train(noisy, narrow(), direct()).model;
    const auto data = streamed(leaves, {40, 300});
    for (const auto role : {linalg::RowRole::training, linalg::RowRole::held_out}) {
        const auto a = training::judge_uncertainty(set, model, role);
        const auto b = training::judge_uncertainty(*data, model, role);
        for (const auto part :
             {&training::UncertaintyReport::force, &training::UncertaintyReport::velocity}) {
            CHECK((a.*part).rms_deviation > 0);
            CHECK((b.*part).rms_deviation == Approx((a.*part).rms_deviation).epsilon(1e-7));
            CHECK((b.*part).largest_deviation == Approx((a.*part).largest_deviation).epsilon(1e-7));
            CHECK((b.*part).rms_error == Approx((a.*part).rms_error).epsilon(1e-7));
            CHECK((b.*part).model.within_two == Approx((a.*part).model.within_two).epsilon(1e-7));
        }
    }
}

TEST_CASE("streamed data give the R factors and direct coefficients of data in memory, bit for bit",
          "[streaming]") {
    // One leaf, several, and more than ranks can share evenly; pieces smaller than a leaf; batches of one
    // piece.
    for (const int leaves : {1, 4, 64}) {
        for (const data::StreamSizes sizes :
             {data::StreamSizes{}, data::StreamSizes{40, 300}, data::StreamSizes{20, 1}}) {
            CAPTURE(leaves, sizes.most_nodes);
            const auto set = kept(leaves, sizes.most_nodes);
            const auto data = streamed(leaves, sizes);
            const auto a = training::train(set, narrow(), direct());
            const auto b = training::train(*data, narrow(), direct());
            CHECK(a.model.message.weights == b.model.message.weights);
            CHECK(a.model.kinetic_coefficients == b.model.kinetic_coefficients);
            CHECK(a.model.message_coefficients == b.model.message_coefficients);
            CHECK(a.held_out.nodes == b.held_out.nodes);
            CHECK(a.held_out.mse == Approx(b.held_out.mse).epsilon(1e-12));
            CHECK(a.training.nodes == b.training.nodes);
            CHECK(a.model.energy_per_edge == Approx(b.model.energy_per_edge).margin(1e-12));
            const auto in_memory = data::borrow(set);
            CHECK(same(linalg::factorise(world(), *rows_of(*in_memory, a.model, training::Target::force)),
                       linalg::factorise(world(), *rows_of(*data, a.model, training::Target::force))));
            CHECK(same(linalg::factorise(world(), *rows_of(*in_memory, a.model, training::Target::velocity)),
                       linalg::factorise(world(), *rows_of(*data, a.model, training::Target::velocity))));
        }
    }
}

TEST_CASE("streamed R factors do not depend on the number of ranks", "[streaming]") {
    const auto self = parallel::Communicator::self();
    const auto alone = data::stream(self, std::make_unique<UnevenChains>(snapshots), 16, held_out, {40, 300});
    const auto a = training::train(*alone, narrow(), direct());
    const auto b = training::train(*streamed(16, {40, 300}), narrow(), direct());
    CHECK(a.model.message_coefficients == b.model.message_coefficients);
    CHECK(a.model.kinetic_coefficients == b.model.kinetic_coefficients);
}

TEST_CASE("predictions of streamed and kept data agree after LSQR, rows kept or not", "[streaming]") {
    const auto in_memory = training::train(kept(16), narrow(), {});
    for (const char* rows : {"keep", "recompute"}) {
        training::TrainingOptions options;
        options.least_squares.rows = rows;
        const auto data = streamed(16, {40, 300});
        const auto result = training::train(*data, narrow(), options);
        CHECK(result.message.lsqr_iterations > 0);
        double difference = 0;
        double norm = 0;
        const auto a = model::make_force_field(in_memory.model, data->facts().edge_attribute_names);
        const auto b = model::make_force_field(result.model, data->facts().edge_attribute_names);
        data->visit([&](const data::TrainingSet& set) {
            std::vector<double> f(set.position.size(), 0.0);
            std::vector<double> g(set.position.size(), 0.0);
            graph::add_forces(*a, set.graph, set.position, f);
            graph::add_forces(*b, set.graph, set.position, g);
            for (std::size_t k = 0; k < f.size(); ++k) {
                difference += (f[k] - g[k]) * (f[k] - g[k]);
                norm += f[k] * f[k];
            }
        });
        CHECK(std::sqrt(parallel::sum(world(), difference)) <=
              1e-9 * std::sqrt(parallel::sum(world(), norm)));
    }
}

TEST_CASE("a read that fails on one rank fails on all, in whichever pass", "[streaming]") {
    const auto chains = [] { return std::make_unique<UnevenChains>(snapshots); };
    training::TrainingOptions options;
    options.least_squares.rows = "recompute";
    const bool last = world().rank() == world().size() - 1;
    auto whole = chains();
    const auto* counter = whole.get();
    const auto healthy = data::stream(world(), std::move(whole), 16, held_out, {20, 100});
    training::train(*healthy, narrow(), options);
    int reads = counter->reads();
    reads = parallel::max(world(), last ? reads : 0);
    REQUIRE(reads > 40);
    for (int at = 0; at < reads; at += reads / 40) {
        auto source = chains();
        if (last) source->fail_from(at);
        const auto data = data::stream(world(), std::move(source), 16, held_out, {20, 100});
        CHECK_THROWS_WITH(training::train(*data, narrow(), options), Catch::Contains("the disk is on fire"));
    }
}
