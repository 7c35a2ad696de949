#include "rfhgn/graph/neighbour_search.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <catch2/catch.hpp>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"

using namespace rfhgn;
using namespace rfhgn::graph;

namespace {

// Every pair of images that could possibly reach, one by one.
std::vector<Neighbours> brute_force(const Box& box, const std::vector<double>& positions, double cutoff) {
    const auto d = static_cast<std::size_t>(box.dimension);
    const auto n = static_cast<LocalIndex>(positions.size() / d);
    const auto width = widths(box);
    Image most{};
    for (std::size_t k = 0; k < d; ++k) {
        if (!box.periodic[k]) continue;
        double spread = 0;
        for (LocalIndex i = 0; i < n; ++i)
            for (LocalIndex j = 0; j < n; ++j) {
                const auto row = [&](LocalIndex a) {
                    return std::span(positions).subspan(static_cast<std::size_t>(a) * d, d);
                };
                spread = std::max(spread, std::fabs(fractional(box, row(i))[k] - fractional(box, row(j))[k]));
            }
        most[k] = static_cast<int>(std::ceil(cutoff / width[k] + spread));
    }
    std::vector<Neighbours> pairs;
    for (LocalIndex i = 0; i < n; ++i)
        for (LocalIndex j = i; j < n; ++j)
            for (int x = -most[0]; x <= most[0]; ++x)
                for (int y = -most[1]; y <= most[1]; ++y)
                    for (int z = -most[2]; z <= most[2]; ++z) {
                        if (i == j && std::tie(x, y, z) <= std::tuple{0, 0, 0}) continue;
                        const auto shift = displacement(box, {x, y, z});
                        double squared = 0;
                        for (std::size_t k = 0; k < d; ++k) {
                            const double r = positions[static_cast<std::size_t>(j) * d + k] + shift[k] -
                                             positions[static_cast<std::size_t>(i) * d + k];
                            squared += r * r;
                        }
                        if (squared < cutoff * cutoff) pairs.push_back({i, j, {x, y, z}});
                    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

struct Draw {
    explicit Draw(std::uint64_t seed) : random(seed, Stream::position) {}
    double operator()(double low, double high) { return random.uniform(low, high, next++); }
    CounterRandom random;
    std::uint64_t next = 0;
};

Box random_box(Draw& draw, int dimension, bool may_tilt) {
    Box box;
    box.dimension = dimension;
    for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k) {
        box.origin[k] = draw(-3, 3);
        box.vectors[k][k] = draw(1, 6);
        for (std::size_t c = 0; may_tilt && c < k; ++c) box.vectors[k][c] = draw(-3, 3);
        box.periodic[k] = draw(0, 1) < 0.7;
    }
    return box;
}

// Points in the box, some moved out of it by whole cells or, along open vectors, at will.
std::vector<double> random_points(Draw& draw, const Box& box, int count) {
    std::vector<double> positions;
    for (int i = 0; i < count; ++i) {
        Vector3 s{};
        for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
            s[k] = i % 4 == 0 ? draw(-1.5, 2.5) : draw(0, 1);
        const auto at = cartesian(box, s);
        positions.insert(positions.end(), at.begin(), at.begin() + box.dimension);
    }
    return positions;
}

}  // namespace

TEST_CASE("neighbours in random boxes are those of brute force") {
    for (std::uint64_t seed = 0; seed < 120; ++seed) {
        Draw draw(seed);
        const int dimension = 1 + static_cast<int>(seed % 3);
        const Box box = random_box(draw, dimension, seed % 2 == 0);
        const auto positions = random_points(draw, box, 40);
        const double cutoff = draw(0.3, 3.5);
        INFO("seed " << seed);
        CHECK(find_neighbours(box, positions, cutoff) == brute_force(box, positions, cutoff));
    }
}

TEST_CASE("a thin slab is seen through many of its images") {
    Draw draw(7);
    Box box;
    box.vectors = {Vector3{9, 0, 0}, Vector3{2, 8, 0}, Vector3{0.1, -0.2, 0.5}};
    box.periodic = {true, false, true};
    const auto positions = random_points(draw, box, 12);
    const auto pairs = find_neighbours(box, positions, 1.9);
    CHECK(pairs == brute_force(box, positions, 1.9));
    // a point and its own images above
    CHECK(std::count_if(pairs.begin(), pairs.end(), [](const auto& p) { return p.first == p.second; }) == 36);
}

TEST_CASE("a point alone in a small box has its images as neighbours, each pair once") {
    const std::vector<double> sides{1.0, 1.0, 1.0};
    const std::vector<double> position{0.2, 0.9, 0.4};
    const auto pairs = find_neighbours(periodic_box(sides), position, 1.5);
    CHECK(pairs.size() == 9);  // half of 6 at distance 1 and 12 at √2
    std::set<Image> images;
    for (const auto& pair : pairs) images.insert(pair.image);
    for (const auto& m : images) CHECK_FALSE(images.contains({-m[0], -m[1], -m[2]}));
}

TEST_CASE("a particle that flew far away of an open box costs nothing and loses no pair") {
    Draw draw(3);
    Box box;
    auto positions = random_points(draw, box, 60);
    positions.insert(positions.end(), {1e9, -1e12, 3.0, 1e9, -1e12, 3.5});
    const auto pairs = find_neighbours(box, positions, 0.8);
    CHECK(pairs.back() == Neighbours{60, 61, {}});
    CHECK(pairs == brute_force(box, positions, 0.8));
}

TEST_CASE("shifts of pairs are displacements of their images") {
    const std::vector<double> sides{4.0, 5.0};
    const Box box = periodic_box(sides);
    const std::vector<double> positions{0.1, 2.0, 3.9, 2.0, 2.0, 2.0};
    const auto pairs = find_neighbours(box, positions, 1.0);
    REQUIRE(pairs.size() == 1);
    CHECK(edge_shifts(box, pairs) == std::vector<double>{-4.0, 0.0});
    CHECK(edge_shifts(box, find_neighbours(box, std::vector<double>{1.0, 1.0, 1.5, 1.0}, 1.0)).empty());
}

TEST_CASE("searches that make no sense are refused") {
    const std::vector<double> sides{4.0, 5.0, 6.0};
    const Box box = periodic_box(sides);
    const std::vector<double> positions{0.1, 2.0, 3.9};
    CHECK_THROWS_WITH(find_neighbours(box, positions, 0.0), Catch::Contains("cutoff"));
    CHECK_THROWS_WITH(find_neighbours(box, positions, std::nan("")), Catch::Contains("cutoff"));
    CHECK_THROWS_WITH(find_neighbours(box, positions, 1e6), Catch::Contains("32-bit"));
    CHECK_THROWS_WITH(find_neighbours(box, std::vector<double>{0, 0, std::nan("")}, 1.0),
                      Catch::Contains("particle 0"));
    CHECK(find_neighbours(box, std::vector<double>{}, 1.0).empty());
}
