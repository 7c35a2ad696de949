#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "rfhgn/base/random.hpp"

namespace rfhgn::tests {

namespace {

using Words = std::array<std::uint32_t, 4>;

/// The generator whose Philox key is (low, high): position is the stream, which is mixed into the upper word.
CounterRandom with_key(std::uint32_t low, std::uint32_t high) {
    const std::uint64_t upper = high ^ 0x9E3779B9U;
    return {(upper << 32U) | low, Stream::position};
}

std::uint64_t pair(std::uint32_t low, std::uint32_t high) {
    return (std::uint64_t{high} << 32U) | low;
}

struct Moments {
    double mean = 0;
    double variance = 0;
    double third = 0;   ///< about the mean
    double fourth = 0;  ///< about the mean
};

Moments moments(const std::vector<double>& values) {
    Moments result;
    const auto count = static_cast<double>(values.size());
    for (const double value : values) result.mean += value / count;
    for (const double value : values) {
        const double off = value - result.mean;
        result.variance += off * off / count;
        result.third += off * off * off / count;
        result.fourth += off * off * off * off / count;
    }
    return result;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const Moments mx = moments(x);
    const Moments my = moments(y);
    double product = 0;
    for (std::size_t i = 0; i < x.size(); ++i) product += (x[i] - mx.mean) * (y[i] - my.mean);
    return product / (static_cast<double>(x.size()) * std::sqrt(mx.variance * my.variance));
}

constexpr std::uint64_t many = 200'000;

std::vector<double> uniforms(const CounterRandom& random, std::uint64_t b = 0) {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < many; ++i) values.push_back(random.uniform(i, b));
    return values;
}

/// Five standard errors of a correlation of independent numbers.
const double uncorrelated = 5.0 / std::sqrt(static_cast<double>(many));

}  // namespace

TEST_CASE("words are Philox4x32-10 as Random123 publishes it") {
    // From the rows "philox4x32 10" of Random123's kat_vectors.
    CHECK(with_key(0, 0).words(0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(
        with_key(0xffffffff, 0xffffffff).words(pair(0xffffffff, 0xffffffff), pair(0xffffffff, 0xffffffff)) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(
        with_key(0xa4093822, 0x299f31d0).words(pair(0x243f6a88, 0x85a308d3), pair(0x13198a2e, 0x03707344)) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a draw depends on nothing but seed, stream and counter") {
    const CounterRandom random(5, Stream::mass);
    const double first = random.uniform(3, 4);
    static_cast<void>(random.uniform(9, 9));
    CHECK(random.uniform(3, 4) == first);
    CHECK(CounterRandom(5, Stream::mass).uniform(3, 4) == first);
    CHECK(CounterRandom(6, Stream::mass).uniform(3, 4) != first);
    CHECK(CounterRandom(5 + (std::uint64_t{1} << 32U), Stream::mass).uniform(3, 4) != first);
    CHECK(CounterRandom(5, Stream::spring).uniform(3, 4) != first);
    CHECK(random.uniform(4, 4) != first);
    CHECK(random.uniform(3, 5) != first);
}

TEST_CASE("uniform numbers have the moments of [0, 1)") {
    const auto values = uniforms(CounterRandom(1, Stream::weights));
    CHECK(*std::min_element(values.begin(), values.end()) >= 0.0);
    CHECK(*std::max_element(values.begin(), values.end()) < 1.0);
    const Moments m = moments(values);
    const double five_errors = 5.0 * std::sqrt(1.0 / 12.0 / static_cast<double>(many));
    CHECK(std::abs(m.mean - 0.5) < five_errors);
    CHECK(std::abs(m.variance - 1.0 / 12.0) < five_errors);
    CHECK(std::abs(m.third) < five_errors);
    CHECK(std::abs(m.fourth - 1.0 / 80.0) < five_errors);
}

TEST_CASE("uniform numbers fill all of [low, high)") {
    const CounterRandom random(1, Stream::biases);
    std::vector<int> count(20, 0);
    for (std::uint64_t i = 0; i < many; ++i) {
        const double value = random.uniform(-3.0, 7.0, i);
        REQUIRE(value >= -3.0);
        REQUIRE(value < 7.0);
        ++count[static_cast<std::size_t>((value + 3.0) * 2.0)];
    }
    const double expected = static_cast<double>(many) / 20.0;
    double chi_squared = 0;
    for (const int c : count) chi_squared += (c - expected) * (c - expected) / expected;
    CHECK(chi_squared < 55.0);  // 19 degrees of freedom: once in 20,000 seeds
}

TEST_CASE("normal numbers have the moments of a standard normal") {
    const CounterRandom random(2, Stream::momentum);
    std::vector<double> first;
    std::vector<double> second;
    for (std::uint64_t i = 0; i < many; ++i) {
        const auto [x, y] = random.normal2(i);
        first.push_back(x);
        second.push_back(y);
    }
    const double error = 1.0 / std::sqrt(static_cast<double>(many));
    for (const auto& values : {first, second}) {
        const Moments m = moments(values);
        CHECK(std::abs(m.mean) < 5.0 * error);
        CHECK(std::abs(m.variance - 1.0) < 5.0 * std::sqrt(2.0) * error);
        CHECK(std::abs(m.third) < 5.0 * std::sqrt(15.0) * error);
        CHECK(std::abs(m.fourth - 3.0) < 5.0 * std::sqrt(96.0) * error);
    }
    CHECK(std::abs(correlation(first, second)) < uncorrelated);
}

TEST_CASE("streams, seeds and the second index are independent") {
    const auto reference = uniforms(CounterRandom(1, Stream::position));
    CHECK(std::abs(correlation(reference, uniforms(CounterRandom(1, Stream::momentum)))) < uncorrelated);
    CHECK(std::abs(correlation(reference, uniforms(CounterRandom(2, Stream::position)))) < uncorrelated);
    CHECK(std::abs(correlation(reference, uniforms(CounterRandom(1, Stream::position), 1))) < uncorrelated);
    std::vector<double> second;
    for (std::uint64_t i = 0; i < many; ++i)
        second.push_back(CounterRandom(1, Stream::position).uniform2(i)[1]);
    CHECK(std::abs(correlation(reference, second)) < uncorrelated);
}

TEST_CASE("below reaches every integer under its bound and no other") {
    const CounterRandom random(3, Stream::pairs);
    std::vector<int> count(7, 0);
    for (std::uint64_t i = 0; i < 70'000; ++i) {
        const auto drawn = random.below(7, i);
        REQUIRE(drawn < 7);
        ++count[drawn];
        REQUIRE(random.below(1, i) == 0);
    }
    for (const int c : count) CHECK(std::abs(c - 10'000) < 500);  // standard deviation 93
}

TEST_CASE("below uses all bits of large bounds") {
    const CounterRandom random(3, Stream::pairs);
    constexpr std::uint64_t bound = (std::uint64_t{1} << 62U) + 1;
    double mean = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        const auto drawn = random.below(bound, i);
        REQUIRE(drawn < bound);
        mean += static_cast<double>(drawn) / static_cast<double>(bound) / 10'000.0;
    }
    CHECK(std::abs(mean - 0.5) < 5.0 * std::sqrt(1.0 / 12.0 / 10'000.0));
}

}  // namespace rfhgn::tests
