#include "rfhgn/base/checksum.hpp"

#include <algorithm>
#include <cstring>

namespace rfhgn {

namespace {

// A bijection of 64 bits in which every input bit reaches every output bit (finaliser of SplitMix64).
std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

}  // namespace

std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t offset) noexcept {
    std::uint64_t sum = 0;
    std::uint64_t index = offset / 8;
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
        sum += mix(word + 0x9e3779b97f4a7c15U * ++index);
    }
    return sum;
}

std::uint64_t checksum(std::string_view text) noexcept {
    return checksum(std::as_bytes(std::span<const char>(text.data(), text.size())));
}

}  // namespace rfhgn
