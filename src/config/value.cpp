#include "value.hpp"

#include <algorithm>

namespace rfhgn::config {

std::string kind_of(const Value& value) {
    if (value.is<List>()) {
        const auto& list = value.as<List>();
        const bool tables = !list.empty() && std::all_of(list.begin(), list.end(),
                                                         [](const Value& v) { return v.is<Table>(); });
        return tables ? "a list of tables ([[...]])" : "a list";
    }
    if (value.is<Table>()) return "a table";
    if (value.is<DateOrTime>()) return "a date or time";
    if (value.is<bool>()) return "a boolean";
    if (value.is<std::int64_t>()) return "an integer";
    if (value.is<double>()) return "a real number";
    return "text";
}

}  // namespace rfhgn::config
