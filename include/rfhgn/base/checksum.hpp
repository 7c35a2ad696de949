#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rfhgn {

/// Checksum of bytes that stand at `offset` (a multiple of 8) of a longer sequence. Sums (modulo 2^64) over
/// consecutive pieces, of which all but the last have a multiple of 8 bytes, are the checksum of the whole:
/// ranks take one piece each. Any changed bit and any exchange of words shows; no protection against intent.
std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t offset = 0) noexcept;
std::uint64_t checksum(std::string_view text) noexcept;

}  // namespace rfhgn
