#include <cmath>
#include <map>
#include <set>

#include "cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

/// Number of nodes of each degree.
std::map<int, int> degrees(const graph::GraphPart& part) {
    std::vector<int> degree(static_cast<std::size_t>(part.total_nodes), 0);
    for (const auto& edge : part.edges) {
        ++degree[static_cast<std::size_t>(edge.first)];
        ++degree[static_cast<std::size_t>(edge.second)];
    }
    std::map<int, int> count;
    for (const int d : degree) ++count[d];
    return count;
}

graph::GraphPart whole(const systems::SystemOptions& options) {
    return systems::System(options).graph_part(parallel::Communicator::self());
}

double site_distance(const systems::System& system, GlobalIndex a, GlobalIndex b) {
    std::vector<double> p(static_cast<std::size_t>(system.dimension()));
    std::vector<double> q(p.size());
    system.site(a, p);
    system.site(b, q);
    double squared = 0.0;
    for (std::size_t k = 0; k < p.size(); ++k) squared += (p[k] - q[k]) * (p[k] - q[k]);
    return std::sqrt(squared);
}

}  // namespace

TEST_CASE("degrees of every topology") {
    using Degrees = std::map<int, int>;
    CHECK(degrees(whole(options_of("chain", {6}, "harmonic"))) == Degrees{{1, 2}, {2, 4}});
    CHECK(degrees(whole(options_of("ring", {6}, "harmonic"))) == Degrees{{2, 6}});
    CHECK(degrees(whole(options_of("square", {4, 3}, "harmonic"))) == Degrees{{2, 4}, {3, 6}, {4, 2}});
    CHECK(degrees(whole(options_of("cubic", {2, 2, 2}, "harmonic"))) == Degrees{{3, 8}});
    CHECK(degrees(whole(options_of("cubic", {4, 3, 3}, "harmonic"))) ==
          Degrees{{3, 8}, {4, 16}, {5, 10}, {6, 2}});
    CHECK(degrees(whole(options_of("complete", {7}, "harmonic"))) == Degrees{{6, 7}});
    CHECK(degrees(whole(options_of("triangular", {3, 3}, "harmonic"))) ==
          Degrees{{2, 2}, {3, 3}, {4, 2}, {5, 1}, {6, 1}});
    CHECK(whole(options_of("chain", {1}, "harmonic")).edges.empty());
}

TEST_CASE("edges of regular graphs are as long as the spacing, and no other sites are as near") {
    for (auto options : all_topologies("harmonic")) {
        if (options.graph == "geometric" || options.graph == "complete") continue;
        options.spacing = 1.7;
        const systems::System system(options);
        const auto part = system.graph_part(parallel::Communicator::self());
        INFO(system.description());
        std::set<std::pair<GlobalIndex, GlobalIndex>> joined;
        for (const auto& edge : part.edges) {
            CHECK(site_distance(system, edge.first, edge.second) == Approx(1.7).epsilon(1e-13));
            CHECK(edge.first < edge.second);
            joined.emplace(edge.first, edge.second);
        }
        CHECK(joined.size() == part.edges.size());
        for (GlobalIndex a = 0; a < system.nodes(); ++a) {
            for (GlobalIndex b = a + 1; b < system.nodes(); ++b) {
                if (joined.count({a, b}) == 0) CHECK(site_distance(system, a, b) > 1.8);
            }
        }
    }
}

TEST_CASE("a geometric graph joins all pairs nearer than the radius, at unit density") {
    for (int d = 1; d <= 3; ++d) {
        auto options = options_of("geometric", {300}, "harmonic", d);
        options.radius = 1.3;
        const systems::System system(options);
        const auto part = system.graph_part(parallel::Communicator::self());
        std::vector<graph::GlobalEdge> expected;
        for (GlobalIndex a = 0; a < 300; ++a) {
            for (GlobalIndex b = a + 1; b < 300; ++b) {
                if (site_distance(system, a, b) < 1.3) expected.push_back({a, b});
            }
        }
        CHECK(part.edges == expected);
        const double side = std::pow(300.0, 1.0 / d);
        std::vector<double> site(static_cast<std::size_t>(d));
        std::vector<double> mean(site.size(), 0.0);
        for (GlobalIndex node = 0; node < 300; ++node) {
            system.site(node, site);
            for (std::size_t k = 0; k < site.size(); ++k) {
                CHECK((site[k] >= 0.0 && site[k] < side));
                mean[k] += site[k] / 300.0;
            }
        }
        for (const double m : mean) CHECK(std::abs(m / side - 0.5) < 4.0 / std::sqrt(12.0 * 300.0));
    }
}

TEST_CASE("sites of a complete graph keep half a spacing apart") {
    for (int d = 1; d <= 3; ++d) {
        const systems::System system(options_of("complete", {30}, "gravity", d));
        for (GlobalIndex a = 0; a < 30; ++a) {
            for (GlobalIndex b = a + 1; b < 30; ++b) CHECK(site_distance(system, a, b) >= 0.5);
        }
    }
}
