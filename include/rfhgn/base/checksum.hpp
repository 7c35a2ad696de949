#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rfhgn {

/// Checksum of bytes that stand at `offset` (a multiple of 8) of a longer sequence. Sums (modulo 2^64) over
/// consecutive pieces, of which all but the last have a multiple of 8 bytes, are the checksum of the whole:
/// ranks take one piece each. Any changed bit and any exchange of words shows; no protection against intent.
std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t offset = 0) noexcept;
std::uint64_t checksum(std::string_view text) noexcept;

/// The checksum of a text that grows.
class RunningChecksum {
  public:
    void add(std::string_view text);
    [[nodiscard]] std::uint64_t bytes() const noexcept { return whole_ + rest_.size(); }
    [[nodiscard]] std::uint64_t sum() const noexcept;

  private:
    std::uint64_t whole_ = 0;  // bytes in whole words
    std::uint64_t sum_ = 0;    // of those
    std::string rest_;
};

/// Both halves of 64 bits as numbers that doubles hold, and back; of anything but two halves 0.
std::vector<double> in_halves(std::uint64_t bits);
std::uint64_t from_halves(const std::vector<double>& halves) noexcept;

}  // namespace rfhgn
