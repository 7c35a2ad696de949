#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "rfhgn/base/checksum.hpp"

using rfhgn::checksum;

namespace {

std::vector<std::byte> some_bytes(std::size_t count) {
    std::vector<std::byte> bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i * 37 + i / 7);
    return bytes;
}

}  // namespace

TEST_CASE("pieces of whole words sum to the checksum of all bytes") {
    const auto bytes = some_bytes(1003);
    const std::span<const std::byte> all(bytes);
    for (const std::size_t cut : {0, 8, 504, 1000})
        CHECK(checksum(all.first(cut)) + checksum(all.subspan(cut), cut) == checksum(all));
}

TEST_CASE("every flipped bit, lost byte and exchange of words changes the checksum") {
    auto bytes = some_bytes(75);
    const auto whole = checksum(bytes);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        const auto mask = static_cast<std::byte>(1U << (bit % 8));
        bytes[bit / 8] ^= mask;
        CHECK(checksum(bytes) != whole);
        bytes[bit / 8] ^= mask;
    }
    CHECK(checksum(std::span<const std::byte>(bytes).first(74)) != whole);
    std::swap_ranges(bytes.begin(), bytes.begin() + 8, bytes.begin() + 8);
    CHECK(checksum(bytes) != whole);
}

TEST_CASE("a text that grows has the checksum of its whole, whatever its pieces") {
    const std::string text = "step,time\n0,0\n10,0.25\n20,0.5\n";
    rfhgn::RunningChecksum running;
    for (std::size_t at = 0, length = 0; at < text.size(); at += length, ++length) {
        running.add(std::string_view(text).substr(at, length));
        CHECK(running.sum() == checksum(std::string_view(text).substr(0, running.bytes())));
    }
    CHECK(running.bytes() <= text.size());
    CHECK(rfhgn::from_halves(rfhgn::in_halves(running.sum())) == running.sum());
    CHECK(rfhgn::from_halves({-1, 1e300}) == 0);
}
