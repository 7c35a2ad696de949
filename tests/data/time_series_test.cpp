#include "rfhgn/data/time_series.hpp"

#include <cmath>
#include <functional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "support/world.hpp"

using namespace rfhgn;
using parallel::Range;
using tests::world;

namespace {

constexpr GlobalIndex trajectories = 6;
constexpr GlobalIndex frames = 7;
constexpr GlobalIndex nodes = 3;

using Motion = std::function<double(double time, double node)>;
using Clock = std::function<double(GlobalIndex frame)>;

// Chains of three particles on a line whose positions and momenta are given functions of time; whole
// snapshots.
data::SnapshotSet moving(Range snapshots, const Motion& motion, const Clock& clock,
                         GlobalIndex per_trajectory) {
    const GlobalIndex count = trajectories * frames;
    data::SnapshotSet set;
    set.totals = {1, nodes * count, 2 * count, count, {}, "reduced"};
    set.part.dimension = 1;
    set.part.total_nodes = nodes * count;
    set.part.nodes = {snapshots.begin * nodes, snapshots.end * nodes};
    set.first_snapshot = snapshots.begin;
    set.node_offset = {set.part.nodes.begin};
    for (GlobalIndex s = snapshots.begin; s < snapshots.end; ++s) {
        const double t = clock(s % per_trajectory);
        for (GlobalIndex i = 0; i < nodes; ++i) {
            const auto node = static_cast<double>(i + nodes * (s / per_trajectory));
            set.position.push_back(motion(t, node));
            set.momentum.push_back(-2.0 * motion(t, node));
            set.part.mass.push_back(2.0);
            set.part.species.push_back(0);
        }
        for (GlobalIndex i = 0; i + 1 < nodes; ++i)
            set.part.edges.push_back({s * nodes + i, s * nodes + i + 1});
        set.node_offset.push_back((s + 1) * nodes);
        set.energy.push_back(static_cast<double>(s));
        set.time.push_back(t);
        set.trajectory.push_back(s / per_trajectory);
        set.group.push_back(s / per_trajectory + 10);
        set.virial.push_back({0.5 * static_cast<double>(s), 0, 0, 1, 0, 0});
        set.box.push_back({.dimension = 1, .origin = {static_cast<double>(s), 0, 0}});
    }
    return set;
}

data::TimeSeries series(const std::string& rates, const Motion& motion, const Clock& clock,
                        GlobalIndex per_trajectory = frames) {
    const auto window = data::frame_window(world(), trajectories * frames, rates);
    return data::with_rates(world(), moving(window.read, motion, clock, per_trajectory), window, rates);
}

// Largest error of the position's rates over all ranks.
double error(const std::string& rates, const Motion& motion, const Motion& rate, double h) {
    const auto set = series(rates, motion, [h](GlobalIndex f) { return h * static_cast<double>(f); }).set;
    double largest = 0;
    for (std::size_t s = 0; s < set.snapshot_count(); ++s)
        for (GlobalIndex i = 0; i < nodes; ++i) {
            const auto at = static_cast<std::size_t>(set.node_offset[s] - set.part.nodes.begin + i);
            const double exact = rate(set.time[s], static_cast<double>(i + nodes * set.trajectory[s]));
            largest = std::max(largest, std::fabs(set.velocity[at] - exact));
            largest = std::max(largest, std::fabs(set.force[at] + 2.0 * exact));
        }
    return parallel::max(world(), largest);
}

double wave(double t, double node) {
    return std::sin(t + node);
}
double wave_rate(double t, double node) {
    return std::cos(t + node);
}

std::string refusal(const std::string& rates, const Clock& clock, GlobalIndex per_trajectory = frames) {
    try {
        series(rates, wave, clock, per_trajectory);
    } catch (const InputError& e) {
        return e.what();
    }
    return "";
}

const Clock even = [](GlobalIndex f) { return 0.1 * static_cast<double>(f); };

}  // namespace

TEST_CASE("differences are exact for polynomials of their order", "[time_series]") {
    const Motion square = [](double t, double x) { return x + 3.0 * t - 0.5 * x * t * t; };
    const Motion square_rate = [](double t, double x) { return 3.0 - x * t; };
    const Motion quartic = [](double t, double x) { return x + t * t * (1.0 - x * t + t * t); };
    const Motion quartic_rate = [](double t, double x) {
        return 2.0 * t - 3.0 * x * t * t + 4.0 * t * t * t;
    };
    CHECK(error("central2", square, square_rate, 0.1) < 1e-12);
    CHECK(error("central4", quartic, quartic_rate, 0.1) < 1e-11);
    CHECK(error("central2", quartic, quartic_rate, 0.1) > 1e-4);
}

TEST_CASE("errors of differences fall with the order in time", "[time_series]") {
    CHECK(error("central2", wave, wave_rate, 0.1) / error("central2", wave, wave_rate, 0.05) ==
          Approx(4.0).epsilon(0.1));
    CHECK(error("central4", wave, wave_rate, 0.1) / error("central4", wave, wave_rate, 0.05) ==
          Approx(16.0).epsilon(0.1));
}

TEST_CASE("frames without neighbours are left out, the others follow one another", "[time_series]") {
    const int leaves = GENERATE(16, 64);  // of whole snapshots, and cut through them
    for (const auto& [rates, lost, first] :
         {std::tuple{"central2", 2, 1}, std::tuple{"central4", 4, 2}, std::tuple{"leapfrog", 1, 0}}) {
        CAPTURE(rates);
        auto all = series(rates, wave, even);
        const GlobalIndex kept = frames - lost;
        CHECK(all.set.totals.snapshots == trajectories * kept);
        CHECK(all.set.totals.nodes == trajectories * kept * nodes);
        CHECK(all.set.totals.edges == trajectories * kept * 2);
        const auto edges = all.set.part.edges;
        REQUIRE_ALL(data::whole_snapshots(all.set.totals.snapshots, leaves) == (leaves == 16));
        all = data::move_to_leaves(world(), std::move(all), leaves);
        auto target = data::owned_nodes(world(), all.set.totals.nodes, leaves);
        if (leaves == 16) {
            const auto mine = data::owned_snapshots(world(), all.set.totals.snapshots, leaves);
            target = {mine.begin * nodes, mine.end * nodes};
        }
        REQUIRE_ALL(all.set.part.nodes == target);
        REQUIRE_ALL(all.set.position.size() == static_cast<std::size_t>(target.size()));
        CHECK(all.set.part.edges == edges);
        for (std::size_t s = 0; s < all.set.snapshot_count(); ++s) {
            const GlobalIndex snapshot = all.set.first_snapshot + static_cast<GlobalIndex>(s);
            CHECK(all.set.node_offset[s] == snapshot * nodes);
            const GlobalIndex frame = snapshot / kept * frames + snapshot % kept + first;
            CHECK(all.set.group_of(s) == snapshot / kept + 10);
            CHECK(all.set.virial[s] == data::Virial{0.5 * static_cast<double>(frame), 0, 0, 1, 0, 0});
            CHECK(all.set.box[s].origin[0] == static_cast<double>(frame));
            CHECK(all.set.trajectory[s] == snapshot / kept);
            CHECK(all.set.time[s] == even(snapshot % kept + first));
            CHECK(all.set.energy[s] ==
                  static_cast<double>(snapshot / kept * frames + snapshot % kept + first));
        }
        for (GlobalIndex node = target.begin; node < target.end; ++node) {
            const GlobalIndex s = node / nodes;
            const auto at = static_cast<std::size_t>(node - target.begin);
            const auto number = static_cast<double>(node % nodes + nodes * (s / kept));
            CHECK(all.set.position[at] == wave(even(s % kept + first), number));
            if (std::string(rates) == "leapfrog") {
                CHECK(all.next.position[at] == wave(even(s % kept + 1), number));
                CHECK(all.next.momentum[at] == -2.0 * wave(even(s % kept + 1), number));
                CHECK(all.next.step[at] == Approx(0.1));
            }
        }
    }
}

TEST_CASE("time series that cannot be used are refused on all ranks", "[time_series]") {
    CHECK_THAT(refusal("leapfrog", even, 1), Catch::Contains("trajectory 0 has 1 frame in a row"));
    CHECK_THAT(refusal("central2", even, 2),
               Catch::Contains("has 2 frames in a row") && Catch::Contains("need 3"));
    CHECK_THAT(refusal("central4", even, 3), Catch::Contains("need 5"));
    const Clock uneven = [](GlobalIndex f) { return 0.1 * static_cast<double>(f) + (f == 4 ? 0.001 : 0.0); };
    for (const char* rates : {"central2", "central4", "leapfrog"})
        CHECK_THAT(refusal(rates, uneven), Catch::Contains("unevenly spaced in trajectory 0"));
    CHECK_THAT(refusal("central2", [](GlobalIndex) { return 0.0; }),
               Catch::Contains("time does not advance"));
    CHECK(refusal("central2", even).empty());
}

TEST_CASE("particles and bonds must stay the same along a trajectory", "[time_series]") {
    const auto refused = [](const std::string& rates) {
        const auto window = data::frame_window(world(), trajectories * frames, rates);
        auto all = moving(window.read, wave, even, frames);
        for (auto& edge : all.part.edges)
            if (edge == graph::GlobalEdge{3 * nodes, 3 * nodes + 1}) edge.second = 3 * nodes + 2;
        try {
            data::with_rates(world(), all, window, rates);
        } catch (const InputError& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK_THAT(refused("leapfrog"),
               Catch::Contains("the edges change within trajectory 0 from snapshot 2 to 3"));
    CHECK(refused("central2").empty());
}
