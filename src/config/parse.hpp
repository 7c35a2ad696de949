#pragma once
/// The only door to the TOML parser.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "value.hpp"

namespace rfhgn::config {

/// The text is not TOML.
class ParseError : public std::runtime_error {
  public:
    ParseError(const std::string& what, Place place) : std::runtime_error(what), place_(std::move(place)) {}
    [[nodiscard]] const Place& place() const noexcept { return place_; }

  private:
    Place place_;
};

/// All tables and keys of a text, in order of place. Throws ParseError.
std::vector<Entry> parse(std::string_view text);

/// The entries that `section.key=value` of --set stands for; the first is section.key itself, more follow
/// when the value is a table. Throws InputError when there is no '=' or the key is malformed.
std::vector<Entry> parse_override(const std::string& text);

/// One value as TOML; throws ParseError.
Value parse_value(std::string_view text);

}  // namespace rfhgn::config
