#include "rfhgn/base/visible.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace rfhgn {

namespace {

constexpr bool is_control(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

// Marks, embeddings, overrides and isolates of direction, and the separators of lines and paragraphs.
constexpr bool misleads(std::uint32_t c) {
    return c == 0x061c || (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 0;  // 0: no UTF-8
};

Character first_of(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xf0 && lead < 0xf5   ? 4
                              : lead >= 0xe0 && lead < 0xf0 ? 3
                              : lead >= 0xc2 && lead < 0xe0 ? 2
                                                            : 0;
    if (bytes == 0 || text.size() < bytes) return {};
    std::uint32_t code = lead & (0xffU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0U) != 0x80U) return {};
        code = (code << 6U) | (next & 0x3fU);
    }
    const bool too_long = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    if (too_long || surrogate || code > 0x10ffff) return {};
    return {code, bytes};
}

std::string shown(std::string_view text, bool lines_stay) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [code, bytes] = first_of(text);
        const char c = text.front();
        if (bytes == 0)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else if (c == '\n' || c == '\t')
            out += lines_stay ? std::string(1, c) : c == '\n' ? "\\n" : "\\t";
        else if (is_control(code))
            out += fmt::format("\\x{:02x}", code);
        else if (misleads(code))
            out += fmt::format("\\u{:04x}", code);
        else
            out += text.substr(0, bytes);
        text.remove_prefix(std::max<std::size_t>(bytes, 1));
    }
    return out;
}

}  // namespace

std::string visible(std::string_view text) {
    return shown(text, true);
}

std::string visible_line(std::string_view text) {
    return shown(text, false);
}

bool has_control_characters(std::string_view name) noexcept {
    return std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
    });
}

}  // namespace rfhgn
