#pragma once
/// Names and values as TOML text.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rfhgn/config/deck.hpp"

namespace rfhgn::config {

std::string to_toml(bool value);
std::string to_toml(int value);
std::string to_toml(std::int64_t value);
std::string to_toml(std::uint64_t value);
/// Shortest text that reads back to the same bits, always with a point or an exponent.
std::string to_toml(double value);
std::string to_toml(const std::string& value);
std::string to_toml(const Spread& value);
std::string to_toml(const NumberOrAuto& value);
std::string to_toml(const std::vector<std::int64_t>& values);
std::string to_toml(const std::vector<double>& values);
std::string to_toml(const std::vector<std::string>& values);

/// One part of a dotted name: as it is when TOML allows that, else in quotes.
std::string key_text(std::string_view key);
/// "section.key"; the key alone in the root.
std::string join(std::string_view section, std::string_view key);
/// The name before the last dot outside quotes, "" when there is none.
std::string_view parent_of(std::string_view name);
/// The part after that dot.
std::string_view last_of(std::string_view name);

}  // namespace rfhgn::config
