#include "superblock.hpp"

#include <array>
#include <string_view>

namespace rfhgn::io {

// "HDF5 File Format Specification", II.A: versions 0 and 1 have the size of an offset in byte 13 and the
// addresses from byte 24 or 28 on, 2 and 3 in byte 9 and from byte 12 on. The end is the third address. HDF5
// tells it by no function.
std::optional<std::uint64_t> declared_end(const InputFile& file) {
    constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
    std::array<char, 64> head{};
    if (file.read(head.data(), head.size(), 0) < head.size()) return std::nullopt;
    if (std::string_view(head.data(), signature.size()) != signature) return std::nullopt;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(head[at]); };
    const unsigned version = byte(8);
    if (version > 3) return std::nullopt;
    const std::size_t width = byte(version < 2 ? 13 : 9);
    if (width != 4 && width != 8) return std::nullopt;
    const std::size_t addresses = version == 0 ? 24 : version == 1 ? 28 : 12;
    const auto address = [&](std::size_t index) {
        std::uint64_t value = 0;
        for (std::size_t i = width; i-- > 0;) value = (value << 8U) | byte(addresses + index * width + i);
        return value;
    };
    if (address(0) != 0) return std::nullopt;  // addresses count from there
    return address(2);
}

}  // namespace rfhgn::io
