#include "rfhgn/graph/neighbour_list.hpp"

#include <algorithm>
#include <limits>

#include "rfhgn/base/error.hpp"

#include "particles.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;
using namespace rfhgn::graph;

namespace {

constexpr GlobalIndex count = 150;

parallel::Range block() {
    return parallel::block_range(count, world().size(), world().rank());
}

// Positions by id where paths have led, on every rank.
std::vector<double> unwrapped(const NeighbourList& cutoff, const Particles& particles) {
    const auto& g = cutoff.graph();
    const auto d = static_cast<std::size_t>(g.dimension);
    std::vector<double> all(static_cast<std::size_t>(g.total_nodes) * d, 0.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i) {
        const auto shift = displacement(cutoff.box(), particles.image[i]);
        for (std::size_t k = 0; k < d; ++k)
            all[static_cast<std::size_t>(g.node_id[i]) * d + k] = particles.position[i * d + k] + shift[k];
    }
    parallel::sum(world(), std::span<double>(all));
    return all;
}

bool attributes_right(const DistributedGraph& g, const std::vector<double>& momenta) {
    bool right = true;
    for (std::size_t i = 0; i < g.node_id.size(); ++i) {
        const auto id = g.node_id[i];
        right = right && g.mass[i] == particle_mass(id) && g.species[i] == particle_species(id);
        for (int k = 0; k < g.dimension; ++k)
            right =
                right && momenta[i * static_cast<std::size_t>(g.dimension) + static_cast<std::size_t>(k)] ==
                             (i < static_cast<std::size_t>(g.owned) ? static_cast<double>(10 * id + k) : 0.0);
    }
    return right;
}

bool edges_right(const DistributedGraph& g) {
    const auto before = [](const Edge& a, const Edge& b) {
        return std::tie(a.first, a.second) < std::tie(b.first, b.second);
    };
    const auto middle = g.edges.begin() + g.interior_edges;
    bool right =
        std::is_sorted(g.edges.begin(), middle, before) && std::is_sorted(middle, g.edges.end(), before);
    for (LocalIndex e = 0; e < g.edge_count(); ++e) {
        const auto [first, second] = g.edges[static_cast<std::size_t>(e)];
        right = right && first < g.owned && (second < g.owned) == (e < g.interior_edges);
    }
    return right;
}

struct Drift {
    CounterRandom random{23, Stream::velocity};
    std::uint64_t time = 0;
    // Moves every particle by up to `size` a component, by id.
    void operator()(const DistributedGraph& g, std::vector<double>& positions, double size) {
        ++time;
        for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i)
            for (int k = 0; k < g.dimension; ++k)
                positions[i * static_cast<std::size_t>(g.dimension) + static_cast<std::size_t>(k)] +=
                    random.uniform(-size, size, static_cast<std::uint64_t>(g.node_id[i]),
                                   8 * time + static_cast<std::uint64_t>(k));
    }
};

}  // namespace

TEST_CASE("a cutoff graph has the pairs of brute force, in any box, and keeps them through moves",
          "[cutoff]") {
    const auto list_style = GENERATE(ListStyle::half, ListStyle::full);
    for (auto c : box_cases()) {
        INFO(c.name << (list_style == ListStyle::half ? ", half list" : ", full list"));
        c.options.list_style = list_style;
        const double reach = c.options.cutoff + c.options.skin;
        auto particles = random_particles(c, block());
        const auto start = random_particles(c, {0, count});
        NeighbourList cutoff(world(), c.box, c.options, particles);
        const auto& g = cutoff.graph();
        CHECK(largest_difference(sights(world(), g, particles.position),
                                 expected_sights(c.box, start.position, reach)) < 1e-10);
        CHECK(largest_difference(unwrapped(cutoff, particles), start.position) < 1e-13);
        Drift drift;
        for (int move = 0; move < 4; ++move) {
            CHECK_FALSE(cutoff.stale(particles.position));
            drift(g, particles.position, 0.7 * reach);
            CHECK(cutoff.stale(particles.position));
            const auto moved = unwrapped(cutoff, particles);
            cutoff.rebuild(particles.position, particles.momentum, particles.image);
            CHECK(g.total_nodes == count);
            REQUIRE_ALL(particles.position.size() == g.state_size());
            REQUIRE_ALL(particles.image.size() == static_cast<std::size_t>(g.owned));
            CHECK(attributes_right(g, particles.momentum));
            CHECK(edges_right(g));
            CHECK(largest_difference(unwrapped(cutoff, particles), moved) < 1e-12);
            const auto expected = expected_sights(c.box, moved, reach);
            CHECK(largest_difference(sights(world(), g, particles.position), expected) < 1e-10);
            double ends = 0;
            for (std::size_t k = 3; k < expected.size(); k += 4) ends += expected[k];
            CHECK(static_cast<double>(2 * g.total_edges) == ends);
        }
        CHECK(cutoff.counts().rebuilds == 4);
    }
}

TEST_CASE("ghosts follow their owners between rebuilds, images by their shifts", "[cutoff]") {
    const auto c = box_cases()[1];
    auto particles = random_particles(c, block());
    NeighbourList cutoff(world(), c.box, c.options, particles);
    const auto& g = cutoff.graph();
    auto updated = particles.position;
    std::fill(updated.begin() + static_cast<std::ptrdiff_t>(g.owned_size()), updated.end(), 1e9);
    update_positions(g, updated);
    CHECK(updated == particles.position);
    Drift{}(g, particles.position, 0.05);
    update_positions(g, particles.position);
    CHECK_FALSE(cutoff.stale(particles.position));
    // No pair nearer than the cutoff is missing after moves within half the skin.
    double missing = 0;
    const auto all = unwrapped(cutoff, particles);
    const auto near = expected_sights(c.box, all, c.options.cutoff);
    const auto seen = sights(world(), g, particles.position);
    for (std::size_t k = 3; k < near.size(); k += 4) missing += near[k] > seen[k] ? 1 : 0;
    CHECK(missing == 0);
}

TEST_CASE("a half list has half of the ghosts and cut edges of a full one", "[cutoff]") {
    for (auto c : box_cases()) {
        INFO(c.name);
        const auto counted = [&](ListStyle list_style) {
            c.options.list_style = list_style;
            auto particles = random_particles(c, block());
            const NeighbourList cutoff(world(), c.box, c.options, particles);
            const auto& g = cutoff.graph();
            CHECK(report(world(), g).cut_edges ==
                  g.total_edges - parallel::sum<GlobalIndex>(world(), g.interior_edges));
            return std::array<GlobalIndex, 3>{
                parallel::sum<GlobalIndex>(world(), g.ghosts),
                parallel::sum<GlobalIndex>(world(), g.edge_count() - g.interior_edges), g.total_edges};
        };
        const auto half = counted(ListStyle::half);
        const auto full = counted(ListStyle::full);
        CHECK(3 * half[0] <= 2 * full[0]);
        CHECK(2 * half[1] == full[1]);
        CHECK(half[2] == full[2]);
    }
}

TEST_CASE("bricks share particles out evenly, where they crowd too", "[cutoff]") {
    for (const auto& c : box_cases()) {
        INFO(c.name);
        auto particles = random_particles(c, block());
        const NeighbourList cutoff(world(), c.box, c.options, particles);
        const auto share = static_cast<double>(count) / world().size();
        CHECK(std::fabs(cutoff.graph().owned - share) <= 2.0);
    }
}

TEST_CASE("ranks may own nothing", "[cutoff]") {
    const auto c = box_cases()[0];
    for (const GlobalIndex few : {0, 1, 2}) {
        auto particles = random_particles(c, parallel::block_range(few, world().size(), world().rank()));
        NeighbourList cutoff(world(), c.box, {7.0, 0.5, few == 1 ? ListStyle::full : ListStyle::half},
                             particles);
        const auto all = random_particles(c, {0, few});
        CHECK(cutoff.graph().total_nodes == few);
        CHECK(parallel::sum<GlobalIndex>(world(), cutoff.graph().owned) == few);
        CHECK(largest_difference(sights(world(), cutoff.graph(), particles.position),
                                 expected_sights(c.box, all.position, 7.5)) < 1e-10);
        cutoff.rebuild(particles.position, particles.momentum, particles.image, NeighbourList::Cuts::fresh);
        CHECK(parallel::sum<GlobalIndex>(world(), cutoff.graph().owned) == few);
    }
}

TEST_CASE("a particle that crosses a corner of subdomains and box arrives", "[cutoff]") {
    const auto c = box_cases()[0];
    auto particles = random_particles(c, block());
    NeighbourList cutoff(world(), c.box, c.options, particles);
    for (int step = 0; step < 8; ++step) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(cutoff.graph().owned); ++i)
            if (cutoff.graph().node_id[i] == 7)
                for (std::size_t k = 0; k < 3; ++k) particles.position[3 * i + k] += 0.9;
        cutoff.rebuild(particles.position, particles.momentum, particles.image);
    }
    const auto start = random_particles(c, {7, 8});
    const auto end = unwrapped(cutoff, particles);
    for (std::size_t k = 0; k < 3; ++k) CHECK(end[21 + k] == Approx(start.position[k] + 7.2));
    CHECK(attributes_right(cutoff.graph(), particles.momentum));
}

TEST_CASE("a fresh graph depends on the particles alone, not on how they came there", "[cutoff]") {
    for (const auto& c : box_cases()) {
        INFO(c.name);
        auto particles = random_particles(c, block());
        NeighbourList with_history(world(), c.box, c.options, particles);
        Drift drift;
        for (int move = 0; move < 3; ++move) {
            drift(with_history.graph(), particles.position, 0.8);
            with_history.rebuild(particles.position, particles.momentum, particles.image);
        }
        with_history.rebuild(particles.position, particles.momentum, particles.image,
                             NeighbourList::Cuts::fresh);
        const auto& g = with_history.graph();
        // The same particles as a file would give them: blocks by id.
        const auto d = static_cast<std::size_t>(g.dimension);
        std::vector<double> rows(static_cast<std::size_t>(count) * d, 0.0);
        for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i)
            std::copy_n(particles.position.data() + i * d, d,
                        rows.data() + static_cast<std::size_t>(g.node_id[i]) * d);
        parallel::sum(world(), std::span<double>(rows));
        auto again = random_particles(c, block());
        std::copy_n(rows.data() + static_cast<std::size_t>(block().begin) * d, again.position.size(),
                    again.position.data());
        const NeighbourList fresh(world(), c.box, c.options, again);
        CHECK(fresh.graph().node_id == g.node_id);
        CHECK(fresh.graph().ghost_shift == g.ghost_shift);
        CHECK(fresh.graph().interior_edges == g.interior_edges);
        CHECK(again.position == particles.position);
        CHECK(std::equal(
            g.edges.begin(), g.edges.end(), fresh.graph().edges.begin(), fresh.graph().edges.end(),
            [](const Edge& a, const Edge& b) { return a.first == b.first && a.second == b.second; }));
    }
}

TEST_CASE("cutoff graphs that make no sense are refused on all ranks", "[cutoff]") {
    const auto c = box_cases()[0];
    const auto refusal = [&](const NeighbourListOptions& options, auto&& spoil) {
        auto particles = random_particles(c, block());
        spoil(particles);
        try {
            const NeighbourList cutoff(world(), c.box, options, particles);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    const auto keep = [](Particles&) {};
    CHECK_THAT(refusal({0.0, 0.3}, keep), Catch::Contains("cutoff is 0"));
    CHECK_THAT(refusal({-1.0, 0.3}, keep), Catch::Contains("cutoff"));
    CHECK_THAT(refusal({std::numeric_limits<double>::infinity(), 0.3}, keep), Catch::Contains("cutoff"));
    CHECK_THAT(refusal({1.0, -0.1}, keep), Catch::Contains("skin"));
    CHECK_THAT(refusal({1e5, 0.1}, keep), Catch::Contains("32-bit"));
    const auto on_the_last = [&](auto&& spoil) {
        return [&, spoil](Particles& particles) {
            if (world().rank() == world().size() - 1) spoil(particles);
        };
    };
    CHECK_THAT(refusal(c.options, on_the_last([](Particles& p) { p.position[1] = std::nan(""); })),
               Catch::Contains("not finite"));
    CHECK_THAT(refusal(c.options, on_the_last([](Particles& p) { p.id[0] = count; })),
               Catch::Contains("id 150"));
    CHECK_THAT(refusal(c.options, on_the_last([](Particles& p) {
                           std::copy_n(p.position.begin(), 3, p.position.begin() + 3);
                       })),
               Catch::Contains("overlap"));
    auto particles = random_particles(c, block());
    NeighbourList cutoff(world(), c.box, c.options, particles);
    if (world().rank() == 0) particles.position[0] = 1e300;
    CHECK(cutoff.stale(particles.position));
    CHECK_THROWS_AS(cutoff.rebuild(particles.position, particles.momentum, particles.image), RunError);
}

TEST_CASE("ranks whose subdomains are as wide as the cutoff are counted", "[cutoff]") {
    const auto c = box_cases()[0];
    CHECK(most_useful_ranks(c.box, {2.0, 0.5}) == 8);
    CHECK(most_useful_ranks(c.box, {9.0, 0.5}) == 1);
    CHECK(most_useful_ranks(c.box, {0.9, 0.1}) == 216);
}
