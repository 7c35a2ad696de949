#pragma once
/// Counter-based random numbers (Philox4x32-10; Salmon et al., SC 2011). A draw is a pure function of its key
/// and counter, so that whatever is keyed by global indices is the same on any number of ranks.

#include <array>
#include <cstdint>

namespace rfhgn {

/// What a stream of random numbers is for; part of the key, so that equal counters of different purposes
/// differ.
enum class Stream : std::uint32_t {
    position = 1,
    momentum = 2,
    mass = 3,
    spring = 4,
    topology = 5,
    weights = 6,
    biases = 7,
    pairs = 8,
    split = 9,
    thermostat = 10,
    velocity = 11,
    noise = 12,
    species = 13,
    modes = 14,
};

/// The random numbers of one (seed, stream).
class CounterRandom {
  public:
    CounterRandom(std::uint64_t seed, Stream stream) noexcept;

    /// Four 32-bit words for the 128-bit counter (a, b); b may pack several small indices.
    [[nodiscard]] std::array<std::uint32_t, 4> words(std::uint64_t a, std::uint64_t b = 0) const noexcept;
    /// Two independent numbers, uniform in [0, 1) with 53 bits.
    [[nodiscard]] std::array<double, 2> uniform2(std::uint64_t a, std::uint64_t b = 0) const noexcept;
    /// One number, uniform in [0, 1).
    [[nodiscard]] double uniform(std::uint64_t a, std::uint64_t b = 0) const noexcept;
    /// One number, uniform in [low, high).
    [[nodiscard]] double uniform(double low, double high, std::uint64_t a,
                                 std::uint64_t b = 0) const noexcept;
    /// Two independent standard normal numbers (Box-Muller).
    [[nodiscard]] std::array<double, 2> normal2(std::uint64_t a, std::uint64_t b = 0) const noexcept;
    /// Three of them, from the counters (a, 2b) and (a, 2b + 1).
    [[nodiscard]] std::array<double, 3> normal3(std::uint64_t a, std::uint64_t b = 0) const noexcept;
    /// Uniform integer in [0, bound), bound >= 1; the bias is below bound / 2^64.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound, std::uint64_t a,
                                      std::uint64_t b = 0) const noexcept;

  private:
    std::uint64_t seed_;
    Stream stream_;
};

}  // namespace rfhgn
