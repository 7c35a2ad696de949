#include "mutation.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <string_view>

namespace rfhgn::fuzz {

namespace {

using Random = std::mt19937_64;

// Not std::uniform_int_distribution, whose numbers differ between libraries.
std::size_t below(Random& random, std::size_t bound) {
    return bound == 0 ? 0 : random() % bound;
}

template <class Items>
const auto& any_of(Random& random, const Items& items) {
    return items[below(random, items.size())];
}

constexpr std::array<std::string_view, 40> values{"0",
                                                  "-1",
                                                  "1",
                                                  "2.5",
                                                  "-0.0",
                                                  "1e308",
                                                  "1e-320",
                                                  "-1e999",
                                                  "nan",
                                                  "inf",
                                                  "9223372036854775807",
                                                  "9223372036854775808",
                                                  "-9223372036854775808",
                                                  "4294967296",
                                                  "2147483648",
                                                  "1000000000",
                                                  "0x7fffffff",
                                                  "1_0",
                                                  "042",
                                                  "true",
                                                  "false",
                                                  "\"\"",
                                                  "\"swim\"",
                                                  "'x",
                                                  "[]",
                                                  "[0]",
                                                  "[1, 2, 3, 4]",
                                                  "[-1, 1]",
                                                  "[2, 1]",
                                                  "[[1]]",
                                                  "[1e9, 1e9, 1e9]",
                                                  "{}",
                                                  "{ a = 1 }",
                                                  "1979-05-27",
                                                  "07:32:00",
                                                  "\"\"\"",
                                                  "\"\\u0000\"",
                                                  "[1000000, 1000000]",
                                                  "[2, 2, 2]",
                                                  "100000"};
constexpr std::array<std::string_view, 12> pieces{"[",  "]", "[[",       "=",        "\"", "#",
                                                  "\n", ".", "\xff\xfe", "\xc3\xa9", "\r", "a.b.c.d = 1\n"};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

void change_value(Random& random, std::string& line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) return;
    line = line.substr(0, equals + 1) + " " + std::string(any_of(random, values));
}

void change_lines(Random& random, std::string& text, const std::string& other) {
    auto lines = lines_of(text);
    const auto others = lines_of(other);
    if (lines.empty() || others.empty()) return;
    const std::size_t at = below(random, lines.size());
    const auto place = lines.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(random, 8)) {
        case 0:
            lines.erase(place);
            break;
        case 1:
            lines.insert(place, lines[below(random, lines.size())]);
            break;
        case 2:
            lines.insert(place, any_of(random, others));
            break;
        case 3:
            std::swap(lines[at], lines[below(random, lines.size())]);
            break;
        default:
            change_value(random, lines[at]);
    }
    text.clear();
    for (const auto& line : lines) text += line + "\n";
}

void change_characters(Random& random, std::string& text) {
    const std::size_t at = below(random, text.size());
    switch (below(random, 4)) {
        case 0:
            if (!text.empty()) text[at] = static_cast<char>(random());
            break;
        case 1:
            text.insert(at, any_of(random, pieces));
            break;
        case 2:
            text.erase(at, 1 + below(random, 12));
            break;
        default:
            text.insert(at, text.substr(below(random, text.size()), 1 + below(random, 40)));
    }
}

constexpr std::array<std::string_view, 9> signatures{"\x89HDF", "OHDR", "TREE", "SNOD", "HEAP",
                                                     "FRHP",    "GCOL", "BTHD", "FSHD"};

// Where HDF5's own records lie, as well as their signatures tell.
std::size_t metadata_place(Random& random, const std::string& bytes) {
    const auto signature = any_of(random, signatures);
    const std::size_t from = below(random, bytes.size());
    std::size_t found = bytes.find(signature, from);
    if (found == std::string::npos) found = bytes.find(signature);
    if (found == std::string::npos) found = below(random, std::min<std::size_t>(bytes.size(), 4096));
    return std::min(found + below(random, 600), bytes.size() - 1);
}

constexpr std::array<std::uint64_t, 12> sizes{0,
                                              1,
                                              0x7f,
                                              0xff,
                                              0xffff,
                                              0x7fffffff,
                                              0xffffffff,
                                              0x100000000,
                                              0x7fffffffffffffff,
                                              0xffffffffffffffff,
                                              0x10000,
                                              0x4000000000};

void damage(Random& random, std::string& bytes, const std::string& other) {
    if (bytes.empty()) return;
    const std::size_t at =
        below(random, 2) == 0 ? metadata_place(random, bytes) : below(random, bytes.size());
    const std::size_t room = bytes.size() - at;
    switch (below(random, 8)) {
        case 0:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(random, 8)));
            break;
        case 1:
        case 2:
            bytes[at] = static_cast<char>(random());
            break;
        case 3:
        case 4: {
            const auto size = any_of(random, sizes);
            std::memcpy(bytes.data() + at, &size, std::min(room, std::size_t{1} << below(random, 4)));
            break;
        }
        case 5:
            std::memset(bytes.data() + at, 0, std::min(room, 1 + below(random, 64)));
            break;
        case 6: {
            const auto block = other.substr(below(random, other.size()), 1 + below(random, 64));
            bytes.replace(at, std::min(room, block.size()), block);
            break;
        }
        default:
            if (below(random, 4) == 0) bytes.resize(at);
    }
}

}  // namespace

std::string mutated_deck(const std::vector<std::string>& seeds, std::uint64_t number) {
    Random random(number);
    std::string text = any_of(random, seeds);
    const std::size_t mistakes = 1 + below(random, 6);
    for (std::size_t i = 0; i < mistakes; ++i) {
        if (below(random, 3) == 0)
            change_characters(random, text);
        else
            change_lines(random, text, any_of(random, seeds));
    }
    return text;
}

std::string mutated_file(const std::vector<std::string>& seeds, std::uint64_t number) {
    Random random(number);
    std::string bytes = any_of(random, seeds);
    const std::size_t count = 1 + below(random, 6);
    for (std::size_t i = 0; i < count; ++i) damage(random, bytes, any_of(random, seeds));
    return bytes;
}

}  // namespace rfhgn::fuzz
