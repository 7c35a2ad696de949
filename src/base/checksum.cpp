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

void RunningChecksum::add(std::string_view text) {
    rest_ += text;
    const auto words = rest_.size() / 8 * 8;
    sum_ += checksum(std::as_bytes(std::span<const char>(rest_).first(words)), whole_);
    whole_ += words;
    rest_.erase(0, words);
}

std::uint64_t RunningChecksum::sum() const noexcept {
    return sum_ + checksum(std::as_bytes(std::span<const char>(rest_)), whole_);
}

std::vector<double> in_halves(std::uint64_t bits) {
    return {static_cast<double>(bits >> 32U), static_cast<double>(bits & 0xffffffffU)};
}

std::uint64_t from_halves(const std::vector<double>& halves) noexcept {
    constexpr double too_much = 4294967296.0;
    const auto fits = [](double half) { return half >= 0 && half < too_much; };
    if (halves.size() != 2 || !fits(halves[0]) || !fits(halves[1])) return 0;
    return (static_cast<std::uint64_t>(halves[0]) << 32U) | static_cast<std::uint64_t>(halves[1]);
}

}  // namespace rfhgn
