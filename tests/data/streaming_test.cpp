#include "rfhgn/base/error.hpp"
#include "rfhgn/data/training_data.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "support/uneven_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::UnevenChains;
using tests::world;

namespace {

constexpr GlobalIndex snapshots = 151;
constexpr double held_out = 0.3;

// Somebody puts other data in place between the outline and the data themselves.
class Replaced final : public data::SnapshotSource {
  public:
    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return chains_.totals(); }
    [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override { return chains_.read(nodes); }
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range range) const override {
        auto set = chains_.read_snapshots(range);
        for (auto& trajectory : set.trajectory) ++trajectory;
        return set;
    }
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range range) const override {
        return chains_.outline(range);
    }

  private:
    UnevenChains chains_{snapshots};
};

}  // namespace

TEST_CASE("pieces hold whole snapshots and as many nodes as they may", "[streaming]") {
    using Ranges = std::vector<parallel::Range>;
    const std::vector<GlobalIndex> offsets{10, 14, 15, 25, 26, 30};
    CHECK(data::cut_into_pieces(offsets, 5) == Ranges{{0, 2}, {2, 3}, {3, 5}});
    CHECK(data::cut_into_pieces(offsets, 1) == Ranges{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}});
    CHECK(data::cut_into_pieces(offsets, 20) == Ranges{{0, 5}});
}

TEST_CASE("whole groups are held out, in memory and streamed, and left out together", "[streaming]") {
    // Groups of three chains, where the trajectories are pairs.
    class Grouped final : public data::SnapshotSource {
      public:
        [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override {
            return chains_.totals();
        }
        [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override {
            return chains_.read(nodes);
        }
        [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range range) const override {
            auto set = chains_.read_snapshots(range);
            for (GlobalIndex s = range.begin; s < range.end; ++s) set.group.push_back(s / 3);
            return set;
        }
        [[nodiscard]] data::SnapshotOutline outline(parallel::Range range) const override {
            auto outline = chains_.outline(range);
            for (GlobalIndex s = range.begin; s < range.end; ++s)
                outline.group[static_cast<std::size_t>(s - range.begin)] = s / 3;
            return outline;
        }

      private:
        UnevenChains chains_{snapshots};
    };
    for (const char* stream : {"always", "never"}) {
        const auto all = data::open_data(world(), std::make_unique<Grouped>(), 16, 0.25, {stream});
        CHECK(all->facts().held_out_snapshots == 36);  // of 51 groups, 12 whole ones
        all->visit([](const data::TrainingSet& set) {
            for (LocalIndex i = 0; i < set.graph.owned; ++i) {
                const GlobalIndex group = set.snapshot_number(i) / 3;
                CHECK(set.left_out_with(i) == group);
                CHECK((set.role(i) == linalg::RowRole::held_out) == (group % 4 == 3));
            }
        });
    }
}

TEST_CASE("data are streamed when asked to, or when memory is short", "[streaming]") {
    const auto open = [](int leaves, const data::StreamOptions& options) {
        return data::open_data(world(), std::make_unique<UnevenChains>(snapshots), leaves, held_out, options);
    };
    CHECK_FALSE(open(16, {})->streamed());
    CHECK_FALSE(open(16, {"never", 0.0})->streamed());
    CHECK(open(16, {"auto", 0.0})->streamed());
    CHECK(open(16, {"always"})->streamed());
    CHECK_THROWS_AS(open(256, {"always"}), InputError);
    for (const char* stream : {"always", "never"}) {
        const auto data = open(16, {stream});
        CHECK(data->facts().snapshots == snapshots);
        CHECK(data->facts().held_out_snapshots == 44);
        CHECK(data->facts().edge_attribute_names == std::vector<std::string>{"stiffness"});
        GlobalIndex nodes = 0;
        data->visit([&](const data::TrainingSet& set) { nodes += set.graph.owned; });
        CHECK(parallel::sum(world(), nodes) == data->facts().nodes);
    }
}

TEST_CASE("streamed data that are no longer what their outline said are a failure of the run",
          "[streaming]") {
    const auto data = data::stream(world(), std::make_unique<Replaced>(), 8, held_out);
    try {
        data->visit([](const data::TrainingSet&) {});
        FAIL_CHECK("took other data");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::run_failed);
        CHECK_THAT(error.what(), Catch::Contains("changed while they were streamed"));
    }
}
