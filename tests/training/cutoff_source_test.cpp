// Learning in small periodic boxes: a cutoff beyond half of the box, so that particles meet several images.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/data/neighbour_source.hpp"
#include "rfhgn/training/train.hpp"

#include "support/world.hpp"

using namespace rfhgn;
using parallel::Range;

namespace {

constexpr double cutoff = 1.7;
constexpr GlobalIndex atoms = 12;

double pair_slope(int a, int b, double r) {
    const double depth = a == b ? (a == 0 ? 1.0 : 0.5) : 0.8;
    const double s6 = std::pow(r, -6);
    const double s = std::clamp((r - 1.36) / (cutoff - 1.36), 0.0, 1.0);
    const double value = 4 * depth * (s6 * s6 - s6);
    const double slope = 4 * depth * (-12 * s6 * s6 + 6 * s6) / r;
    const double fade = 1 - s * s * s * (10 - s * (15 - 6 * s));
    return slope * fade - value * 30 * s * s * (1 - s) * (1 - s) / (cutoff - 1.36);
}

graph::Box cell(GlobalIndex snapshot) {
    graph::Box box{.periodic = {true, true, true}};
    const double side = 2.2 + 0.02 * static_cast<double>(snapshot % 5);
    box.vectors = {graph::Vector3{side, 0, 0}, graph::Vector3{0.3, side, 0},
                   graph::Vector3{-0.2, 0.1, 1.5 * side}};
    return box;
}

/// Snapshots of twelve atoms of one or two species, made up on demand; forces summed over all images by brute
/// force.
class Fluid final : public data::SnapshotSource {
  public:
    Fluid(GlobalIndex snapshots, int species) : species_(species) {
        totals_ = {3, snapshots * atoms, 0, snapshots, {}, "lj", true};
    }
    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] data::SnapshotSet read(Range) const override { throw std::logic_error("not needed"); }
    [[nodiscard]] data::SnapshotOutline outline(Range snapshots) const override {
        data::SnapshotOutline outline;
        for (GlobalIndex s = snapshots.begin; s <= snapshots.end; ++s) {
            outline.node_offset.push_back(s * atoms);
            outline.edge_offset.push_back(0);
            if (s < snapshots.end) outline.group.push_back(s);
        }
        return outline;
    }
    [[nodiscard]] data::SnapshotSet read_snapshots(Range snapshots) const override {
        data::SnapshotSet set;
        set.totals = totals_;
        set.part.total_nodes = totals_.nodes;
        set.part.nodes = {snapshots.begin * atoms, snapshots.end * atoms};
        set.first_snapshot = snapshots.begin;
        set.node_offset.push_back(snapshots.begin * atoms);
        for (GlobalIndex s = snapshots.begin; s < snapshots.end; ++s) append(set, s);
        return set;
    }

  private:
    void append(data::SnapshotSet& set, GlobalIndex s) const {
        const CounterRandom random(5, Stream::position);
        const auto box = cell(s);
        const auto start = set.position.size();
        for (GlobalIndex i = 0; i < atoms; ++i) {
            const graph::Vector3 place{(0.5 + static_cast<double>(i % 2)) / 2,
                                       (0.5 + static_cast<double>(i / 2 % 2)) / 2,
                                       (0.5 + static_cast<double>(i / 4)) / 3};
            const auto site = graph::cartesian(box, place);
            for (std::size_t k = 0; k < 3; ++k) {
                const auto key = static_cast<std::uint64_t>((s * atoms + i) * 3) + k;
                set.position.push_back(site[k] + random.uniform(-0.12, 0.12, key));
                set.momentum.push_back(0.1);
            }
            set.part.mass.push_back(1.0);
            set.part.species.push_back(species_ == 1 ? 0 : static_cast<int>(i % 2) * 2);
        }
        set.force.resize(set.position.size(), 0.0);
        for (std::size_t i = 0; i < atoms; ++i)
            for (std::size_t j = 0; j < atoms; ++j) add_force(set, box, start, i, j);
        set.node_offset.push_back((s + 1) * atoms);
        set.energy.push_back(std::numeric_limits<double>::quiet_NaN());
        set.time.push_back(0);
        set.trajectory.push_back(s);
        set.box.push_back(box);
    }

    static void add_force(data::SnapshotSet& set, const graph::Box& box, std::size_t start, std::size_t i,
                          std::size_t j) {
        const auto kind = [&](std::size_t n) { return set.part.species[start / 3 + n]; };
        for (int x = -2; x <= 2; ++x)
            for (int y = -2; y <= 2; ++y)
                for (int z = -2; z <= 2; ++z) {
                    if (i == j && x == 0 && y == 0 && z == 0) continue;
                    const auto shift = graph::displacement(box, {x, y, z});
                    graph::Vector3 apart{};
                    double squared = 0;
                    for (std::size_t k = 0; k < 3; ++k) {
                        apart[k] =
                            set.position[start + 3 * i + k] - set.position[start + 3 * j + k] - shift[k];
                        squared += apart[k] * apart[k];
                    }
                    const double r = std::sqrt(squared);
                    if (r >= cutoff) continue;
                    for (std::size_t k = 0; k < 3; ++k)
                        set.force[start + 3 * i + k] -= pair_slope(kind(i), kind(j), r) * apart[k] / r;
                }
    }

    int species_;
    data::SnapshotTotals totals_;
};

model::SamplingOptions sampling() {
    model::SamplingOptions options;
    options.message_width = 32;
    options.cutoff = cutoff;  // smooth from 0.8 of it, as the truth
    return options;
}

training::TrainingResult learn(const parallel::Communicator& comm, GlobalIndex snapshots, int species,
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
                CHECK(set.box.at(s) == cell(set.snapshot_number(i)));
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
    CHECK(alike.reach() == result.model.cutoff);
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
