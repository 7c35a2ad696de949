#pragma once

#include <cstdint>

#include "rfhgn/base/random.hpp"

namespace rfhgn {

/// A pseudo-random permutation of 0 .. size − 1 that no rank has to hold: the image of each index is computed
/// alone. A Feistel network of six rounds permutes the next power of four; images beyond `size` are permuted
/// again until they fall inside (less than four times on average).
class Permutation {
  public:
    /// size >= 1.
    Permutation(std::uint64_t seed, Stream stream, std::uint64_t size) noexcept;
    /// Image of index < size.
    [[nodiscard]] std::uint64_t operator()(std::uint64_t index) const noexcept;

  private:
    CounterRandom random_;
    std::uint64_t size_;
    unsigned half_bits_ = 1;
};

}  // namespace rfhgn
