// Rows of virials, and what they teach.
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "support/fluid_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::Fluid;
using tests::world;

namespace {

constexpr GlobalIndex snapshots = 60;

std::unique_ptr<data::TrainingData> fluid(const parallel::Communicator& comm, int species,
                                          const std::string& stream = "never", int leaves = 4) {
    data::StreamOptions streaming;
    streaming.stream = stream;
    return data::open_data(
        comm, data::with_edges(comm, std::make_unique<Fluid>(snapshots, species), Fluid::cutoff, leaves),
        leaves, 0.2, streaming);
}

model::SamplingOptions sampling() {
    model::SamplingOptions options;
    options.message_width = 24;
    options.cutoff = Fluid::cutoff;
    return options;
}

training::TrainingOptions options_with(config::NumberOrAuto virial_weight) {
    training::TrainingOptions options;
    options.virial_weight = virial_weight;
    options.least_squares.lsqr_iterations = 0;
    return options;
}

std::unique_ptr<linalg::RowSource> virials_of(const data::TrainingData& data,
                                              const model::PairwiseModel& model) {
    return data.rows(training::row_kind(training::Target::virial, model, 3));
}

// Of the first snapshot under a strain of cell and positions.
double strained_energy(const model::PairwiseModel& model, std::size_t a, std::size_t b, double strain) {
    const auto self = parallel::Communicator::self();
    auto set = Fluid(1, static_cast<int>(model.species.known().size())).read_snapshots({0, 1});
    const auto move = [&](double* r) { r[a] += strain * r[b]; };
    for (auto& vector : set.box.front().vectors) move(vector.data());
    for (std::size_t i = 0; i < set.position.size(); i += 3) move(set.position.data() + i);
    data::add_edges(self, set, Fluid::cutoff);
    const auto laid_out = data::make_training_set(self, std::move(set), 1, 0.0);
    return graph::potential_energy(*model::make_force_field(model, {}), laid_out.graph, laid_out.position);
}

}  // namespace

TEST_CASE("rows of virials are slopes of the energy under strain", "[virials]") {
    const auto self = parallel::Communicator::self();
    for (const int species : {1, 2}) {
        const auto model = training::train(*fluid(self, species), sampling(), options_with(0.0)).model;
        auto set = Fluid(1, species).read_snapshots({0, 1});
        data::add_edges(self, set, Fluid::cutoff);
        const auto laid_out = data::make_training_set(self, std::move(set), 1, 0.0);
        const auto rows = training::virial_rows(laid_out, model);
        const auto columns = static_cast<std::size_t>(rows->columns());
        REQUIRE(rows->rows(0, 0) == 6);
        std::vector<double> values(6 * (columns + 1));
        rows->produce(0, 0, {values.data(), 6, rows->columns(), 6});
        constexpr std::size_t axes[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};
        for (std::size_t c = 0; c < 6; ++c) {
            double predicted = 0;
            for (std::size_t m = 0; m < columns; ++m)
                predicted += values[m * 6 + c] * model.message_coefficients[m];
            // Features cancel in sums: energies have a noise of some 1e-10.
            constexpr double h = 3e-5;
            const double slope = (strained_energy(model, axes[c][0], axes[c][1], h) -
                                  strained_energy(model, axes[c][0], axes[c][1], -h)) /
                                 (2 * h);
            CAPTURE(species, c);
            CHECK(predicted == Approx(-slope).epsilon(1e-5).margin(1e-5));
            CHECK(values[columns * 6 + c] == laid_out.virial.front()[c]);
            CHECK(predicted == Approx(laid_out.virial.front()[c]).epsilon(1e-4).margin(1e-3));
        }
    }
}

TEST_CASE("R factors with rows of virials have the same bits on any ranks, streamed or not", "[virials]") {
    const auto self = parallel::Communicator::self();
    const auto alone = fluid(self, 2);
    const auto model = training::train(*alone, sampling(), options_with(0.0)).model;
    const auto expected = linalg::factorise(self, *virials_of(*alone, model));
    CHECK(expected.training.rows + expected.held_out.rows == 6 * snapshots);
    for (const char* stream : {"never", "always"}) {
        const auto found = linalg::factorise(world(), *virials_of(*fluid(world(), 2, stream), model));
        CHECK(found.training.values == expected.training.values);
        CHECK(found.held_out.values == expected.held_out.values);
    }
    const auto a = training::train(*alone, sampling(), options_with(config::NumberOrAuto::chosen()));
    const auto b = training::train(*fluid(world(), 2, "always"), sampling(),
                                   options_with(config::NumberOrAuto::chosen()));
    CHECK(a.model.message_coefficients == b.model.message_coefficients);
    CHECK(a.message.targets.at(1).name == "virial");
    CHECK(a.message.targets.at(1).held_out_error < 1e-5);
    CHECK(a.held_out.relative_force < 1e-6);
}

TEST_CASE("rows of virials need virials, boxes and whole snapshots", "[virials]") {
    class Bare final : public data::SnapshotSource {
      public:
        [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return fluid_.totals(); }
        [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override {
            return fluid_.read(nodes);
        }
        [[nodiscard]] data::SnapshotOutline outline(parallel::Range range) const override {
            return fluid_.outline(range);
        }
        [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range range) const override {
            auto set = fluid_.read_snapshots(range);
            set.virial.clear();
            return set;
        }

      private:
        Fluid fluid_{snapshots, 1};
    };
    const auto bare = data::open_data(
        world(), data::with_edges(world(), std::make_unique<Bare>(), Fluid::cutoff, 4), 4, 0.2, {});
    CHECK_THROWS_WITH(training::train(*bare, sampling(), options_with(1.0)),
                      Catch::Contains("no snapshot of the data has a known virial"));
    const auto cut = fluid(world(), 1, "never", 128);
    CHECK_THROWS_WITH(training::train(*cut, sampling(), options_with(1.0)),
                      Catch::Contains("rows of whole snapshots need"));
}
