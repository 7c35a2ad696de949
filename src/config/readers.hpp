#pragma once
/// From a value of the deck to a field: each reader sets `target` when the value passes, and otherwise
/// returns what is wrong with it and leaves `target` as it was. `subject` names the value in messages.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfhgn/config/deck.hpp"

#include "value.hpp"

namespace rfhgn::config {

using Fault = std::optional<Problem>;

Fault read(const Value& value, std::string_view subject, const Interval& allowed, double& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed, NumberOrAuto& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed, std::int64_t& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed, int& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed, std::uint64_t& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed, Spread& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed,
           std::vector<std::int64_t>& target);
Fault read(const Value& value, std::string_view subject, const Interval& allowed,
           std::vector<double>& target);
Fault read(const Value& value, std::string_view subject, bool& target);
Fault read(const Value& value, std::string_view subject, std::string& target);
Fault read_choice(const Value& value, std::string_view subject, const std::vector<std::string>& allowed,
                  std::string& target);
Fault read_choices(const Value& value, std::string_view subject, const std::vector<std::string>& allowed,
                   std::vector<std::string>& target);

/// "> 0", "from 0 to 1", "" when anything goes.
std::string describe(const Interval& allowed);
/// "one of tanh, sine".
std::string describe(const std::vector<std::string>& allowed);

}  // namespace rfhgn::config
