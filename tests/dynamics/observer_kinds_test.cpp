#include "rfhgn/dynamics/observer_kinds.hpp"

#include <algorithm>
#include <set>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

#include "fluid.hpp"
#include "measurements.hpp"
#include "support/fastest_speed.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using Catch::Matchers::Contains;
using tests::world;

namespace {

dynamics::ObserverKinds with_fastest() {
    auto kinds = dynamics::observer_kinds();
    kinds.push_back(std::make_unique<tests::FastestSpeedKind>());
    return kinds;
}

constexpr const char* sampling = "interval = 10\nblocks = 2\n";
const std::string fast = std::string(sampling) + "fastest_speed = true\nfastest = {threshold = 0.5}";

parallel::RowExchange exchange_of(const graph::DistributedGraph& graph) {
    return {world(), graph.total_nodes,
            std::span(graph.node_id).first(static_cast<std::size_t>(graph.owned))};
}

/// A fluid that is observed by all kinds of `options`.
struct Observed {
    explicit Observed(const dynamics::ObserveOptions& options) : running(world(), tests::Fluid{}, 0.005) {
        const dynamics::ObservedRun run{.comm = world(),
                                        .units = systems::units_of("lj"),
                                        .field = running.hamiltonian.get(),
                                        .volume = graph::volume(tests::Fluid{}.box()),
                                        .cutoff = tests::Fluid{}.options.cutoff,
                                        .steps = 60,
                                        .dt = 0.005};
        for (const auto& kind : options.kinds) {
            auto measurement = kind->observe(run, options.sampling);
            measurements.push_back(measurement.get());
            running.simulation.observe_with(std::move(measurement));
        }
    }
    [[nodiscard]] dynamics::SavedState save() {
        auto state = running.simulation.save();
        const auto exchange = exchange_of(running.simulation.graph());
        for (auto& [name, array] : state.particles)
            array.values = exchange.to_block<double>(array.values, static_cast<std::size_t>(array.width));
        return state;
    }
    void restore(const dynamics::SavedState& saved) {
        running.simulation.restore([&](const graph::DistributedGraph& graph) {
            auto state = saved;
            const auto exchange = exchange_of(graph);
            for (auto& [name, array] : state.particles)
                array.values = exchange.from_block(array.values, static_cast<std::size_t>(array.width));
            return state;
        });
    }
    void finish() {
        running.simulation.run_to(60);
        running.simulation.finish();
    }
    /// All numbers that the kinds of the library have found.
    [[nodiscard]] std::vector<double> findings() const {
        std::vector<double> numbers;
        for (const auto* measurement : measurements) {
            if (measurement->name() == "fastest") continue;
            for (const auto& [file, table] : measurement->findings().tables)
                for (const auto& row : table.rows) numbers.insert(numbers.end(), row.begin(), row.end());
            for (const auto& [path, value] : measurement->findings().numbers) numbers.push_back(value);
        }
        return numbers;
    }

    tests::RunningFluid running;
    std::vector<const dynamics::Measurement*> measurements;
};

/// Sums that ranks keep in parts are those of the root after a restart: the last bits depend on where it was.
bool same_but_for_rounding(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(a, b,
                              [](double x, double y) { return x == Approx(y).epsilon(1e-9).margin(1e-9); });
}

}  // namespace

TEST_CASE("kinds of observers have names and files of their own", "[observers]") {
    std::set<std::string> names;
    std::set<std::string> files;
    std::size_t count = 0;
    for (const auto& kind : dynamics::observer_kinds()) {
        CHECK(names.insert(kind->name()).second);
        for (const auto& file : kind->files()) {
            CHECK(files.insert(file).second);
            ++count;
        }
    }
    for (const char* known : {"averages", "radial", "motion"})
        CHECK(names.contains(known));  // as checkpoints
    CHECK(files.size() == count);
}

TEST_CASE("keys of a kind from outside are declared and checked like those of the library", "[observers]") {
    config::Deck deck("[rollout.observe]\nfastest_speed = true\n", "deck.toml");
    dynamics::ObserveOptions options;
    options.bind(deck.section("rollout.observe"), true, with_fastest());
    deck.finish();
    CHECK(options.kinds.size() == 4);
    CHECK_THAT(deck.resolved(), Contains("[rollout.observe.fastest]\nthreshold = 1.0"));
    const auto values = deck.values();
    CHECK(values.at("rollout.observe.fastest.threshold") == "1.0");
    CHECK(deck.at_default().contains("rollout.observe.fastest.threshold"));
    CHECK(!deck.at_default().contains("rollout.observe.fastest_speed"));

    CHECK(tests::observe_options("", with_fastest()).kinds.size() == 3);  // not asked for
    CHECK_THROWS_WITH(tests::observe_options("fastest = {threshold = 2.0}", with_fastest()),
                      Contains("has no effect unless fastest_speed is true"));
    CHECK_THROWS_WITH(tests::observe_options("fastest_sped = true", with_fastest()),
                      Contains("did you mean 'rollout.observe.fastest_speed'"));
    CHECK_THROWS_WITH(tests::observe_options("fastest_speed = true", dynamics::observer_kinds()),
                      Contains("fastest_speed"));
}

TEST_CASE("on a given graph only those are measured that need no fluid", "[observers]") {
    CHECK(tests::observe_options(sampling, dynamics::observer_kinds(), false).kinds.empty());
    const auto options = tests::observe_options(fast, with_fastest(), false);
    REQUIRE(options.kinds.size() == 1);
    CHECK(options.kinds.front()->name() == std::string("fastest"));
    CHECK_THROWS_WITH(tests::observe_options("fastest_speed = true\nradial_bins = 5", with_fastest(), false),
                      Contains("'rollout.observe.radial_bins' has no effect unless graph is \"cutoff\""));
}

TEST_CASE("a checkpoint from before an observer was added: that one begins there, others go on bit by bit",
          "[observers]") {
    const auto before = tests::observe_options(sampling);
    Observed first(before);
    first.running.simulation.run_to(30);
    const auto saved = first.save();
    first.finish();

    Observed same(before);
    same.restore(saved);
    CHECK(same.running.simulation.late_observers().empty());
    same.finish();
    CHECK(same_but_for_rounding(same.findings(), first.findings()));

    Observed more(tests::observe_options(fast, with_fastest()));
    more.restore(saved);
    const std::map<std::string, std::int64_t> late{{"fastest", 30}};
    CHECK(more.running.simulation.late_observers() == late);
    more.running.simulation.run_to(50);
    const auto later = more.save();
    more.finish();
    CHECK(more.findings() == same.findings());
    const auto& fastest = more.measurements.back()->findings();
    CHECK(tests::number(fastest, "fastest/samples") == 3);  // steps 40, 50 and 60
    CHECK(fastest.tables.front().second.rows.front().front() == Approx(40 * 0.005));

    // Later checkpoints know it, and since when.
    Observed again(tests::observe_options(fast, with_fastest()));
    again.restore(later);
    CHECK(again.running.simulation.late_observers() == late);
    again.finish();
    CHECK(same_but_for_rounding(again.findings(), same.findings()));
    CHECK(again.measurements.back()->findings().numbers.front() == fastest.numbers.front());
    CHECK(to_csv(again.measurements.back()->findings().tables.front().second) ==
          to_csv(fastest.tables.front().second));
}

namespace {

/// Its file begins with the run.
class WholeRun final : public dynamics::Observer {
  public:
    [[nodiscard]] std::string name() const override { return "whole"; }
    [[nodiscard]] std::int64_t interval() const override { return 10; }
    void observe(const dynamics::StepView& /*frame*/) override {}
    void restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) override {
        static_cast<void>(state.number("count"));
    }
};

}  // namespace

TEST_CASE("an observer of whole runs cannot begin at a checkpoint", "[observers]") {
    Observed first(tests::observe_options(sampling));
    first.running.simulation.run_to(10);
    const auto saved = first.save();
    Observed other(tests::observe_options(sampling));
    other.running.simulation.observe_with(std::make_unique<WholeRun>());
    CHECK_THROWS_WITH(other.restore(saved), Contains("the checkpoint has no array 'count'"));
}
