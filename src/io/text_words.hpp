#pragma once
/// Words and numbers of lines of text. All local; InputErrors name the file and the line.

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "text_lines.hpp"

namespace rfhgn::io {

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/// Words of a text one after the other, without copies.
class Words {
  public:
    explicit Words(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    /// Empty at the end.
    std::string_view next() noexcept {
        while (at_ != end_ && is_blank(*at_)) ++at_;
        const char* begin = at_;
        while (at_ != end_ && !is_blank(*at_)) ++at_;
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }
    /// What follows.
    [[nodiscard]] std::string_view rest() const noexcept {
        return {at_, static_cast<std::size_t>(end_ - at_)};
    }

  private:
    const char* at_;
    const char* end_;
};

std::vector<std::string_view> words_of(std::string_view text);
bool is_empty(std::string_view text);
/// As it may stand in a message.
std::string shown(std::string_view word);
/// Upper and lower case of ASCII letters are the same; `lower` is in lower case.
bool is_named(std::string_view name, std::string_view lower);
std::string in_lower_case(std::string_view text);

/// False unless the whole word is a number. Exponents may be written with D, as Fortran does.
bool parse(std::string_view word, double& value);
template <class T>
bool parse(std::string_view word, T& value) {
    const auto digits = word.starts_with('+') ? word.substr(1) : word;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() && !digits.empty();
}

[[noreturn]] void refuse_number(const Line& line, std::string_view word, const char* what);
template <class T>
T number_in(const Line& line, std::string_view word, const char* what) {
    T value{};
    if (!parse(word, value)) refuse_number(line, word, what);
    return value;
}
/// A number that can be computed with (see is_sound); `positive`: a mass.
double real_in(const Line& line, std::string_view word, const char* what, bool positive = false);
/// All numbers of a text, whatever blanks, commas, brackets, braces and quotes stand between them.
std::vector<double> reals_in(const Line& line, std::string_view text, const char* what);
/// The words of such a text.
std::vector<std::string_view> items_of(std::string_view text);

/// Atomic number > number > text: the order of species that does not depend on who comes first in a file.
bool goes_before(std::string_view one, std::string_view other);

}  // namespace rfhgn::io
