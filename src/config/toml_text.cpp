#include "toml_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rfhgn::config {

namespace {

template <class T>
std::string list_text(const std::vector<T>& values) {
    std::vector<std::string> parts;
    parts.reserve(values.size());
    for (const T& value : values) parts.push_back(to_toml(value));
    return fmt::format("[{}]", fmt::join(parts, ", "));
}

std::size_t last_dot(std::string_view name) {
    std::size_t dot = std::string_view::npos;
    bool quoted = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (quoted && name[i] == '\\')
            ++i;
        else if (name[i] == '"')
            quoted = !quoted;
        else if (name[i] == '.' && !quoted)
            dot = i;
    }
    return dot;
}

}  // namespace

std::string to_toml(bool value) {
    return value ? "true" : "false";
}
std::string to_toml(int value) {
    return fmt::format("{}", value);
}
std::string to_toml(std::int64_t value) {
    return fmt::format("{}", value);
}
std::string to_toml(std::uint64_t value) {
    return fmt::format("{}", value);
}

std::string to_toml(double value) {
    std::string text = fmt::format("{}", value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string to_toml(const std::string& value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text += {'\\', c};
        else if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F)
            text += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        else
            text += c;
    }
    return text + '"';
}

std::string to_toml(const Spread& value) {
    return value.uniform() ? to_toml(value.low) : list_text(std::vector{value.low, value.high});
}

std::string to_toml(const NumberOrAuto& value) {
    return value.automatic ? to_toml(std::string("auto")) : to_toml(value.value);
}

std::string to_toml(const std::vector<std::int64_t>& values) {
    return list_text(values);
}
std::string to_toml(const std::vector<double>& values) {
    return list_text(values);
}
std::string to_toml(const std::vector<std::string>& values) {
    return list_text(values);
}

std::string key_text(std::string_view key) {
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    return bare ? std::string(key) : to_toml(std::string(key));
}

std::string join(std::string_view section, std::string_view key) {
    return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

std::string_view parent_of(std::string_view name) {
    const std::size_t dot = last_dot(name);
    return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::string_view last_of(std::string_view name) {
    const std::size_t dot = last_dot(name);
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace rfhgn::config
