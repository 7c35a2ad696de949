#include "readers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rfhgn::config {

namespace {

bool contains(const Interval& allowed, double value) {
    const bool above = allowed.exclusive_low ? value > allowed.low : value >= allowed.low;
    const bool below = allowed.exclusive_high ? value < allowed.high : value <= allowed.high;
    return above && below;
}

/// "must be an integer, but is a real number" with what to write instead.
Problem wrong_type(const Value& value, std::string_view subject, std::string_view expected) {
    std::string_view hint;
    const bool quotes_meant = value.is<std::string>() && !value.place.on_command_line();
    if (expected == "an integer" && value.is<double>())
        hint = " (write it without decimal point or exponent)";
    if (expected == "text" && !value.is<Table>() && !value.is<List>()) hint = " (write it in quotes)";
    if (expected != "text" && quotes_meant) hint = " (write it without quotes)";
    return {value.place, fmt::format("{} must be {}, but is {}{}", subject, expected, kind_of(value), hint)};
}

template <class T>
Problem out_of_range(const Value& value, std::string_view subject, T found, const Interval& allowed) {
    return {value.place, fmt::format("{} is {}, but must be {}", subject, found, describe(allowed))};
}

/// A single value stands for a list of one.
template <class T>
Fault read_list(const Value& value, std::string_view subject, const Interval& allowed,
                std::string_view expected, std::vector<T>& target) {
    const bool single = value.is<std::int64_t>() || value.is<double>();
    if (!single && !value.is<List>()) return wrong_type(value, subject, expected);
    const List list = single ? List{value} : value.as<List>();
    std::vector<T> found(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string element =
            single ? std::string(subject) : fmt::format("element {} of {}", i + 1, subject);
        if (auto fault = read(list[i], element, allowed, found[i])) return fault;
    }
    target = std::move(found);
    return {};
}

template <class T>
Fault read_narrow(const Value& value, std::string_view subject, Interval allowed, double high, T& target) {
    allowed.low = std::max(allowed.low, static_cast<double>(std::numeric_limits<T>::min()));
    allowed.high = std::min(allowed.high, high);
    std::int64_t wide = 0;
    auto fault = read(value, subject, allowed, wide);
    if (!fault) target = static_cast<T>(wide);
    return fault;
}

}  // namespace

Fault read(const Value& value, std::string_view subject, const Interval& allowed, double& target) {
    if (!value.is<double>() && !value.is<std::int64_t>()) return wrong_type(value, subject, "a number");
    const double found =
        value.is<double>() ? value.as<double>() : static_cast<double>(value.as<std::int64_t>());
    if (!std::isfinite(found))
        return Problem{value.place, fmt::format("{} is {}, but must be a finite number", subject, found)};
    if (!contains(allowed, found)) return out_of_range(value, subject, found, allowed);
    target = found;
    return {};
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed, NumberOrAuto& target) {
    if (value.is<std::string>()) {
        if (value.as<std::string>() != "auto")
            return Problem{value.place, fmt::format("{} is '{}', but must be a number or \"auto\"", subject,
                                                    value.as<std::string>())};
        target = NumberOrAuto::chosen();
        return {};
    }
    double found = 0;
    if (!value.is<double>() && !value.is<std::int64_t>())
        return wrong_type(value, subject, "a number or \"auto\"");
    auto fault = read(value, subject, allowed, found);
    if (!fault) target = found;
    return fault;
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed, std::int64_t& target) {
    if (!value.is<std::int64_t>()) return wrong_type(value, subject, "an integer");
    const auto found = value.as<std::int64_t>();
    if (!contains(allowed, static_cast<double>(found))) return out_of_range(value, subject, found, allowed);
    target = found;
    return {};
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed, int& target) {
    return read_narrow(value, subject, allowed, std::numeric_limits<int>::max(), target);
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed, std::uint64_t& target) {
    return read_narrow(value, subject, allowed, std::numeric_limits<double>::infinity(), target);
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed, Spread& target) {
    if (!value.is<List>()) {
        if (!value.is<double>() && !value.is<std::int64_t>())
            return wrong_type(value, subject, "a number or [low, high]");
        double found = 0;
        auto fault = read(value, subject, allowed, found);
        if (!fault) target = {found, found};
        return fault;
    }
    std::vector<double> ends;
    if (auto fault = read_list(value, subject, allowed, "", ends)) return fault;
    if (ends.size() != 2)
        return Problem{value.place, fmt::format("{} must be a number or [low, high], but is a list of {}",
                                                subject, ends.size())};
    if (ends[0] > ends[1])
        return Problem{value.place, fmt::format("{} is [{}, {}], but low must not exceed high", subject,
                                                ends[0], ends[1])};
    target = {ends[0], ends[1]};
    return {};
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed,
           std::vector<std::int64_t>& target) {
    return read_list(value, subject, allowed, "a list of integers", target);
}

Fault read(const Value& value, std::string_view subject, const Interval& allowed,
           std::vector<double>& target) {
    return read_list(value, subject, allowed, "a list of numbers", target);
}

Fault read(const Value& value, std::string_view subject, bool& target) {
    if (!value.is<bool>()) return wrong_type(value, subject, "true or false");
    target = value.as<bool>();
    return {};
}

Fault read(const Value& value, std::string_view subject, std::string& target) {
    if (!value.is<std::string>()) return wrong_type(value, subject, "text");
    target = value.as<std::string>();
    return {};
}

Fault read_choice(const Value& value, std::string_view subject, const std::vector<std::string>& allowed,
                  std::string& target) {
    std::string found;
    if (auto fault = read(value, subject, found)) return fault;
    if (std::find(allowed.begin(), allowed.end(), found) != allowed.end()) {
        target = found;
        return {};
    }
    const std::string meant = nearest(found, allowed);
    return Problem{value.place, fmt::format("{} is '{}', but must be {}{}", subject, found, describe(allowed),
                                            meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant))};
}

Fault read_choices(const Value& value, std::string_view subject, const std::vector<std::string>& allowed,
                   std::vector<std::string>& target) {
    std::vector<std::string> found(1);
    if (!value.is<List>()) {
        if (auto fault = read_choice(value, subject, allowed, found.front())) return fault;
    } else {
        const List& list = value.as<List>();
        found.resize(list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string element = fmt::format("element {} of {}", i + 1, subject);
            if (auto fault = read_choice(list[i], element, allowed, found[i])) return fault;
        }
    }
    target = std::move(found);
    return {};
}

std::string describe(const Interval& allowed) {
    const bool low = std::isfinite(allowed.low);
    const bool high = std::isfinite(allowed.high);
    if (low && high && !allowed.exclusive_low && !allowed.exclusive_high)
        return fmt::format("from {} to {}", allowed.low, allowed.high);
    std::vector<std::string> parts;
    if (low) parts.push_back(fmt::format("{} {}", allowed.exclusive_low ? ">" : ">=", allowed.low));
    if (high) parts.push_back(fmt::format("{} {}", allowed.exclusive_high ? "<" : "<=", allowed.high));
    return fmt::format("{}", fmt::join(parts, " and "));
}

std::string describe(const std::vector<std::string>& allowed) {
    return fmt::format("one of {}", fmt::join(allowed, ", "));
}

}  // namespace rfhgn::config
