#include "rfhgn/dynamics/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rfhgn::dynamics {

std::string to_csv(const Table& table) {
    std::string text = fmt::format("{}\n", fmt::join(table.columns, ","));
    for (const auto& row : table.rows) text += fmt::format("{:.10g}\n", fmt::join(row, ","));
    return text;
}

}  // namespace rfhgn::dynamics
