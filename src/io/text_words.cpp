#include "text_words.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>

#include "rfhgn/base/visible.hpp"
#include "rfhgn/potential/elements.hpp"

#include "data_set_checks.hpp"

namespace rfhgn::io {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> found;
    Words words(text);
    for (auto word = words.next(); !word.empty(); word = words.next()) found.push_back(word);
    return found;
}

bool is_empty(std::string_view text) {
    return std::ranges::all_of(text, is_blank);
}

std::string shown(std::string_view word) {
    return visible_line(std::string(word.substr(0, 40)));
}

bool is_named(std::string_view name, std::string_view lower_case) {
    return std::ranges::equal(name, lower_case, {}, lower);
}

std::string in_lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

bool parse(std::string_view word, double& value) {
    const auto digits = word.starts_with('+') ? word.substr(1) : word;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value);
    if (error != std::errc{} || digits.empty() || digits.front() == '+') return false;
    if (end == last) return true;
    if (*end != 'd' && *end != 'D') return false;
    std::string text(digits);
    text[static_cast<std::size_t>(end - digits.data())] = 'e';
    const auto again = std::from_chars(text.data(), text.data() + text.size(), value);
    return again.ec == std::errc{} && again.ptr == text.data() + text.size();
}

void refuse_number(const Line& line, std::string_view word, const char* what) {
    refuse(line, fmt::format("'{}' is no {}", shown(word), what));
}

double real_in(const Line& line, std::string_view word, const char* what, bool positive) {
    const auto value = number_in<double>(line, word, what);
    if (!is_sound(std::span(&value, 1), positive))
        refuse(line, fmt::format("{} cannot be {}", what, value),
               "remove the configuration, correct the value or use units that suit the data");
    return value;
}

std::vector<std::string_view> items_of(std::string_view text) {
    constexpr std::string_view between = " \t\r,;[]{}()\"'";
    std::vector<std::string_view> items;
    for (auto at = text.find_first_not_of(between); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(between, at), text.size());
        if (const auto item = text.substr(at, end - at); item != "_JSON") items.push_back(item);
        at = text.find_first_not_of(between, end);
    }
    return items;
}

std::vector<double> reals_in(const Line& line, std::string_view text, const char* what) {
    std::vector<double> values;
    for (const auto item : items_of(text)) values.push_back(real_in(line, item, what));
    return values;
}

bool goes_before(std::string_view one, std::string_view other) {
    const auto place = [](std::string_view name) {
        const int element = potential::atomic_number(name);
        std::int64_t number = 0;
        const bool counts = parse(name, number);
        constexpr auto last = std::numeric_limits<std::int64_t>::max();
        return std::tuple(element > 0 ? element : std::numeric_limits<int>::max(), counts ? number : last,
                          name);
    };
    return place(one) < place(other);
}

}  // namespace rfhgn::io
