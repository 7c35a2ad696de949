#include <cmath>

#include "cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

TEST_CASE("initial states stay within the amplitudes and use them") {
    systems::InitialStateOptions start;
    start.displacement = 0.3;
    start.momentum = 0.7;
    const Setup setup(parallel::Communicator::self(), options_of("cubic", {8, 8, 8}, "harmonic"), false,
                      start);
    std::vector<double> site(3);
    double furthest = 0.0;
    double fastest = 0.0;
    double mean = 0.0;
    for (std::size_t i = 0; i < setup.graph.node_id.size(); ++i) {
        setup.system.site(setup.graph.node_id[i], site);
        for (std::size_t k = 0; k < 3; ++k) {
            furthest = std::max(furthest, std::abs(setup.positions[3 * i + k] - site[k]));
            fastest = std::max(fastest, std::abs(setup.momenta[3 * i + k]));
            mean += setup.momenta[3 * i + k] / static_cast<double>(setup.momenta.size());
        }
    }
    CHECK(furthest <= 0.3 + 1e-14);
    CHECK(furthest > 0.29);
    CHECK(fastest <= 0.7);
    CHECK(fastest > 0.68);
    CHECK(std::abs(mean) < 4.0 * 0.7 / std::sqrt(3.0 * 1536.0));
}

TEST_CASE("trajectories and seeds differ, repeated draws do not") {
    const auto& self = parallel::Communicator::self();
    Setup setup(self, options_of("square", {3, 3}, "harmonic"));
    const auto draw = [&](std::uint64_t seed, std::int64_t trajectory) {
        systems::InitialStateOptions start;
        start.seed = seed;
        std::vector<double> q(setup.positions.size());
        std::vector<double> p(q.size());
        setup.system.initial_state(self, setup.graph, start, trajectory, q, p);
        q.insert(q.end(), p.begin(), p.end());
        return q;
    };
    CHECK(draw(1, 0) == draw(1, 0));
    CHECK(draw(1, 0) != draw(1, 1));
    CHECK(draw(1, 0) != draw(2, 0));
}

TEST_CASE("total momentum vanishes when asked for") {
    const auto& comm = world();
    systems::InitialStateOptions start;
    start.zero_total_momentum = true;
    const Setup setup(comm, options_of("cubic", {5, 4, 3}, "harmonic"), false, start);
    std::vector<double> total(3, 0.0);
    for (std::size_t c = 0; c < static_cast<std::size_t>(setup.graph.owned) * 3; ++c)
        total[c % 3] += setup.momenta[c];
    parallel::sum<double>(comm, total);
    for (const double sum : total) CHECK(std::abs(sum) < 1e-13);
}
