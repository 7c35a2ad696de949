#include "rfhgn/training/data_checks.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"

#include "support/data.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

// A data set in memory that any rank reads any part of, changed by whoever tests.
class Made final : public data::SnapshotSource {
  public:
    Made(const systems::SystemOptions& options, GlobalIndex count, std::uint64_t seed = 1)
        : nodes_(systems::System(options).nodes()) {
        systems::InitialStateOptions initial;
        initial.seed = seed;
        initial.displacement = 0.02;  // so near to each other that mean forces do the work
        set = tests::snapshots(options, count, {0, nodes_ * count}, initial);
    }

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return set.totals; }
    [[nodiscard]] data::SnapshotSet read(parallel::Range) const override { return set; }
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range snapshots) const override {
        data::SnapshotOutline outline;
        for (GlobalIndex s = snapshots.begin; s <= snapshots.end; ++s)
            outline.node_offset.push_back(s * nodes_);
        return outline;
    }
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range snapshots) const override {
        data::SnapshotSet part;
        part.totals = set.totals;
        part.part.dimension = set.part.dimension;
        part.part.nodes = {snapshots.begin * nodes_, snapshots.end * nodes_};
        part.first_snapshot = snapshots.begin;
        const auto cut = [&](const std::vector<double>& from, GlobalIndex each) {
            return std::vector<double>(from.begin() + snapshots.begin * each,
                                       from.begin() + snapshots.end * each);
        };
        part.position = cut(set.position, 3 * nodes_);
        part.momentum = cut(set.momentum, 3 * nodes_);
        part.velocity = cut(set.velocity, 3 * nodes_);
        part.force = cut(set.force, 3 * nodes_);
        part.part.mass = cut(set.part.mass, nodes_);
        part.part.species.assign(part.part.mass.size(), 0);
        part.energy = cut(set.energy, 1);
        part.time = cut(set.time, 1);
        for (GlobalIndex s = snapshots.begin; s < snapshots.end; ++s) part.trajectory.push_back(s);
        for (const auto& edge : set.part.edges)
            if (part.part.nodes.contains(edge.first)) part.part.edges.push_back(edge);
        part.node_offset = outline(snapshots).node_offset;
        return part;
    }

    data::SnapshotSet set;

  private:
    GlobalIndex nodes_;
};

systems::SystemOptions springs() {
    systems::SystemOptions options;
    options.mass = {2.0, 2.0};
    return options;
}

double factor_of(const training::DataReport& report, const std::string& check) {
    for (const auto& finding : report.findings)
        if (finding.check == check) return finding.factor;
    return 0;
}

training::DataReport checked(const Made& data) {
    return training::check_data(tests::world(), data, {});
}

}  // namespace

TEST_CASE("data that fit together are told so, with ratios of one", "[data_checks]") {
    const auto report = checked(Made(springs(), 30));
    CHECK(report.findings.empty());
    for (const auto& check : report.checks) {
        CAPTURE(check.name, check.words);
        if (check.name == "balance") CHECK(check.value < 1e-14);
        if (check.name == "momenta") CHECK(check.value == Approx(1));
        if (check.name == "work") CHECK(check.value == Approx(1).epsilon(0.1));
        CHECK(check.possible == (check.name != "frames" && check.name != "virials"));
    }
}

TEST_CASE("wrong factors are found, the same on any number of ranks", "[data_checks]") {
    Made data(springs(), 30);
    SECTION("of forces") {
        for (double& f : data.set.force) f *= -1;
        CHECK(factor_of(checked(data), "work") == Approx(-1).epsilon(0.1));
    }
    SECTION("of momenta") {
        data.set.momentum = data.set.velocity;
        CHECK(factor_of(checked(data), "momenta") == Approx(0.5));
    }
    SECTION("of forces on one particle") {
        for (std::size_t i = 0; i < data.set.force.size(); i += 24) data.set.force[i] = 0;
        CHECK(factor_of(checked(data), "balance") > 0.1);
    }
}

TEST_CASE("configurations that are there twice are named", "[data_checks]") {
    Made data(springs(), 30);
    const auto size = static_cast<std::ptrdiff_t>(3 * 8);
    for (auto* values : {&data.set.position, &data.set.momentum})
        std::copy_n(values->begin() + 4 * size, size, values->begin() + 17 * size);
    const auto report = checked(data);
    REQUIRE(report.found("duplicates"));
    CHECK(report.findings.front().text == "1 configurations are there twice (snapshot 17 is 4)");
    CHECK(training::find_shared(tests::world(), data, Made(springs(), 5, 7)).empty());
    const auto shared = training::find_shared(tests::world(), data, Made(springs(), 3));
    REQUIRE(shared.size() == 1);
    CHECK(shared.front().text.find("snapshot 0 is 0, 1 is 1, 2 is 2") != std::string::npos);
}

TEST_CASE("an edge that is listed twice is refused on all ranks", "[data_checks]") {
    Made data(springs(), 12);
    auto& edges = data.set.part.edges;
    edges[40] = {edges[41].second, edges[41].first};
    CHECK_THROWS_AS(checked(data), InputError);
}
