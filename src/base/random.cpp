#include "rfhgn/base/random.hpp"

#include <cmath>
#include <numbers>

#include <Random123/philox.h>

namespace rfhgn {

namespace {

constexpr double two_to_minus_53 = 0x1.0p-53;

double to_unit(std::uint32_t high, std::uint32_t low) noexcept {
    const std::uint64_t bits = (static_cast<std::uint64_t>(high) << 32U) | low;
    return static_cast<double>(bits >> 11U) * two_to_minus_53;
}

}  // namespace

CounterRandom::CounterRandom(std::uint64_t seed, Stream stream) noexcept : seed_(seed), stream_(stream) {}

std::array<std::uint32_t, 4> CounterRandom::words(std::uint64_t a, std::uint64_t b) const noexcept {
    // Philox has a 64-bit key: the seed, with the stream mixed into its upper half.
    using Generator = r123::Philox4x32;
    const Generator::key_type key{
        {static_cast<std::uint32_t>(seed_),
         static_cast<std::uint32_t>(seed_ >> 32U) ^ (static_cast<std::uint32_t>(stream_) * 0x9E3779B9U)}};
    const Generator::ctr_type counter{{static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32U),
                                       static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(b >> 32U)}};
    const auto block = Generator()(counter, key);
    return {block[0], block[1], block[2], block[3]};
}

std::array<double, 2> CounterRandom::uniform2(std::uint64_t a, std::uint64_t b) const noexcept {
    const auto w = words(a, b);
    return {to_unit(w[0], w[1]), to_unit(w[2], w[3])};
}

double CounterRandom::uniform(std::uint64_t a, std::uint64_t b) const noexcept {
    return uniform2(a, b)[0];
}

double CounterRandom::uniform(double low, double high, std::uint64_t a, std::uint64_t b) const noexcept {
    return low + (high - low) * uniform(a, b);
}

std::array<double, 2> CounterRandom::normal2(std::uint64_t a, std::uint64_t b) const noexcept {
    const auto u = uniform2(a, b);
    const double radius = std::sqrt(-2.0 * std::log1p(-u[0]));
    const double angle = 2.0 * std::numbers::pi * u[1];
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

std::array<double, 3> CounterRandom::normal3(std::uint64_t a, std::uint64_t b) const noexcept {
    const auto first = normal2(a, b << 1U);
    return {first[0], first[1], normal2(a, (b << 1U) | 1U)[0]};
}

std::uint64_t CounterRandom::below(std::uint64_t bound, std::uint64_t a, std::uint64_t b) const noexcept {
    const auto w = words(a, b);
    const std::uint64_t bits = (static_cast<std::uint64_t>(w[0]) << 32U) | w[1];
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(bits) * bound) >> 64U);
}

}  // namespace rfhgn
