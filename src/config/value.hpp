#pragma once
/// A deck as plain data: what the TOML parser found, where, in order.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace rfhgn::config {

/// Where something stands: in the deck (line and column from 1), on the command line, or nowhere (line 0).
struct Place {
    int line = 0;
    int column = 0;
    std::string override_text;  ///< "rollout.dt=0.1" when it comes from --set

    [[nodiscard]] bool on_command_line() const noexcept { return !override_text.empty(); }
    friend bool operator==(const Place&, const Place&) = default;
};

struct Table {};
struct DateOrTime {};

struct Value;
using List = std::vector<Value>;

/// A table's contents are entries of their own.
struct Value {
    std::variant<Table, DateOrTime, bool, std::int64_t, double, std::string, List> data;
    Place place;

    template <class T>
    [[nodiscard]] bool is() const noexcept {
        return std::holds_alternative<T>(data);
    }
    template <class T>
    [[nodiscard]] const T& as() const {
        return std::get<T>(data);
    }
};

/// "an integer", "a list of tables", ...
std::string kind_of(const Value& value);

/// One key or table. Names are dotted and their parts quoted where TOML wants that.
struct Entry {
    std::string section;
    std::string key;
    Place place;
    Value value;
};

/// Something wrong with the deck.
struct Problem {
    Place place;
    std::string message;
    friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace rfhgn::config
