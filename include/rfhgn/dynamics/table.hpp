#pragma once

#include <string>
#include <vector>

namespace rfhgn::dynamics {

/// A table of results; columns of statistical errors follow what they belong to.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<double>> rows;
};

/// Lines of comma-separated values below a line of names. Local.
std::string to_csv(const Table& table);

}  // namespace rfhgn::dynamics
