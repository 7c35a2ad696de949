#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "rfhgn/base/permutation.hpp"

using rfhgn::Permutation;
using rfhgn::Stream;

TEST_CASE("every index has an image of its own") {
    for (const std::uint64_t size : {1U, 2U, 3U, 4U, 5U, 17U, 64U, 65U, 1000U}) {
        const Permutation permutation(7, Stream::species, size);
        std::vector<int> hits(size, 0);
        for (std::uint64_t i = 0; i < size; ++i) {
            REQUIRE(permutation(i) < size);
            ++hits[permutation(i)];
        }
        CHECK(hits == std::vector<int>(size, 1));
    }
}

TEST_CASE("images show no order and depend on the seed") {
    constexpr std::uint64_t size = 20000;
    const Permutation permutation(1, Stream::species, size);
    const Permutation other(2, Stream::species, size);
    double covariance = 0;
    int fixed = 0;
    int same = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
        const double centre = 0.5 * (size - 1);
        covariance += (static_cast<double>(i) - centre) * (static_cast<double>(permutation(i)) - centre);
        fixed += permutation(i) == i ? 1 : 0;
        same += permutation(i) == other(i) ? 1 : 0;
    }
    const double correlation = covariance / (size * (static_cast<double>(size) * size - 1.0) / 12.0);
    CHECK(std::abs(correlation) < 4.0 / std::sqrt(size));
    CHECK(fixed < 8);  // Poisson with mean 1
    CHECK(same < 8);
}

TEST_CASE("large sizes cost no more") {
    const std::uint64_t size = std::uint64_t{1} << 50U;
    const Permutation permutation(3, Stream::topology, size - 5);
    for (std::uint64_t i = 0; i < 100; ++i) CHECK(permutation(size - 6 - i) < size - 5);
}
