#include "rfhgn/base/permutation.hpp"

namespace rfhgn {

Permutation::Permutation(std::uint64_t seed, Stream stream, std::uint64_t size) noexcept
    : random_(seed, stream), size_(size) {
    while (half_bits_ < 32U && (std::uint64_t{1} << (2U * half_bits_)) < size) ++half_bits_;
}

std::uint64_t Permutation::operator()(std::uint64_t index) const noexcept {
    const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
    do {
        std::uint64_t left = index >> half_bits_;
        std::uint64_t right = index & mask;
        for (std::uint64_t round = 0; round < 6; ++round) {
            // Counters far from those of draws keyed by an index with the same seed and stream.
            const std::uint64_t mixed = left ^ (random_.words(right, ~round)[0] & mask);
            left = right;
            right = mixed;
        }
        index = (left << half_bits_) | right;
    } while (index >= size_);
    return index;
}

}  // namespace rfhgn
