#include "words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace rfhgn::app {

namespace {

// Bytes of the character that the text begins with; 0 when it is no UTF-8 or a control character.
std::size_t plain_character(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return lead < 0x20 || lead == 0x7F ? 0 : 1;
    const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || text.size() < length) return 0;
    constexpr std::array<std::uint32_t, 5> payload{0, 0, 0x1F, 0x0F, 0x07};
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0xA0, 0x800, 0x10000};  // below 0xA0: controls
    std::uint32_t code = lead & payload[length];
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const bool line_break = code == 0x2028 || code == 0x2029;
    return code < least[length] || code > 0x10FFFF || surrogate || line_break ? 0 : length;
}

}  // namespace

bool is_plain_text(std::string_view word) {
    while (!word.empty()) {
        const auto length = plain_character(word);
        if (length == 0) return false;
        word.remove_prefix(length);
    }
    return true;
}

std::string made_plain(std::string_view word) {
    std::string plain;
    while (!word.empty()) {
        const auto length = plain_character(word);
        if (length == 0) plain += fmt::format("\\x{:02X}", static_cast<unsigned char>(word[0]));
        plain += word.substr(0, length);
        word.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return plain;
}

}  // namespace rfhgn::app
