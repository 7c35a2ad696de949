#include "tables_group.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

namespace {

constexpr const char* pair_group = "/compiled/pair";
constexpr const char* kinetic_group = "/compiled/kinetic";

void write_table(hdf5::Writer& file, const std::string& group, const model::SplineTable& table,
                 const model::TableError& error) {
    const auto count = static_cast<hsize_t>(table.count);
    const auto intervals = static_cast<hsize_t>(table.intervals) + 2;
    file.group(group);
    file.attribute(group, "first", table.first);
    file.attribute(group, "step", table.step);
    file.attribute(group, "error_slope", error.slope);
    file.attribute(group, "error_relative", error.relative);
    file.attribute(group, "error_value", error.value);
    file.write<double>(group + "/coefficients", {count, intervals, 4}, table.coefficients);
    file.write<double>(group + "/values", {count, intervals}, table.values);
}

void check_finite(const hdf5::Reader& file, const std::string& name, const std::vector<double>& values) {
    require(std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }),
            Advice{"tabulate the model again"}, "{}: {} holds numbers that are not finite", file.path(),
            name);
}

model::SplineTable read_table(const hdf5::Reader& file, const std::string& group, GlobalIndex count,
                              model::TableError& error) {
    model::SplineTable table;
    const auto coefficients = group + "/coefficients";
    const auto values = group + "/values";
    const auto shape = file.shape(coefficients, 3);
    require(shape[0] == count && shape[1] > 2 && shape[2] == 4 && shape[1] < (1 << 24),
            Advice{"tabulate the model again"},
            "{}: {} has shape [{}, {}, {}], but must have [{}, intervals + 2, 4]", file.path(), coefficients,
            shape[0], shape[1], shape[2], count);
    file.require_shape(values, {count, shape[1]}, "functions, intervals + 2");
    table.count = static_cast<int>(count);
    table.intervals = static_cast<int>(shape[1]) - 2;
    table.first = file.number<double>(group, "first");
    table.step = file.number<double>(group, "step");
    require(std::isfinite(table.first) && table.first >= 0 && std::isfinite(table.step) && table.step > 0,
            Advice{"tabulate the model again"}, "{}: {} begins at {} with steps of {}", file.path(), group,
            table.first, table.step);
    table.coefficients = file.all<double>(coefficients);
    table.values = file.all<double>(values);
    check_finite(file, coefficients, table.coefficients);
    check_finite(file, values, table.values);
    error = {file.number<double>(group, "error_slope"), file.number<double>(group, "error_relative"),
             file.number<double>(group, "error_value")};
    return table;
}

}  // namespace

void write_tables(hdf5::Writer& file, const model::TabulatedModel& tabulated) {
    write_table(file, pair_group, tabulated.pair, tabulated.pair_error);
    if (!tabulated.kinetic.empty())
        write_table(file, kinetic_group, tabulated.kinetic, tabulated.kinetic_error);
}

void read_tables(const hdf5::Reader& file, model::TabulatedModel& tabulated) {
    require(file.has(pair_group), Advice{"make one with `rfhgn tabulate`"}, "{}: the model is not tabulated",
            file.path());
    tabulated.pair = read_table(file, pair_group, tabulated.model.species.pairs(), tabulated.pair_error);
    if (file.has(kinetic_group))
        tabulated.kinetic = read_table(file, kinetic_group, 1, tabulated.kinetic_error);
}

}  // namespace rfhgn::io
