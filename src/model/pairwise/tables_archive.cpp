#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/pairwise/tabulated_model.hpp"
#include "rfhgn/model/registry.hpp"

#include "pairwise_archive.hpp"

namespace rfhgn::model {

namespace {

constexpr const char* pair_group = "/compiled/pair";
constexpr const char* kinetic_group = "/compiled/kinetic";

void write_table(ArchiveWriter& file, const std::string& group, const SplineTable& table,
                 const TableError& error) {
    const auto count = GlobalIndex{table.count};
    const auto intervals = GlobalIndex{table.intervals} + 2;
    file.group(group);
    file.attribute(group, "first", table.first);
    file.attribute(group, "step", table.step);
    file.attribute(group, "error_slope", error.slope);
    file.attribute(group, "error_relative", error.relative);
    file.attribute(group, "error_value", error.value);
    file.array(group + "/coefficients", {count, intervals, 4}, table.coefficients);
    file.array(group + "/values", {count, intervals}, table.values);
}

SplineTable read_table(const ArchiveReader& file, const std::string& group, GlobalIndex count,
                       TableError& error) {
    SplineTable table;
    const auto coefficients = group + "/coefficients";
    const auto values = group + "/values";
    const auto shape = file.extents(coefficients);
    require(shape.size() == 3 && shape[0] == count && shape[1] > 2 && shape[2] == 4 && shape[1] < (1 << 24),
            Advice{"tabulate the model again"}, "{}: {} has shape {}, but must have [{}, intervals + 2, 4]",
            file.path(), coefficients, to_text(shape), count);
    table.count = static_cast<int>(count);
    table.intervals = static_cast<int>(shape[1]) - 2;
    table.first = file.number(group, "first");
    table.step = file.number(group, "step");
    require(std::isfinite(table.first) && table.first >= 0 && std::isfinite(table.step) && table.step > 0,
            Advice{"tabulate the model again"}, "{}: {} begins at {} with steps of {}", file.path(), group,
            table.first, table.step);
    table.coefficients = file.array(coefficients, shape, "as it is");
    table.values = file.array(values, {count, shape[1]}, "functions, intervals + 2");
    error = {file.number(group, "error_slope"), file.number(group, "error_relative"),
             file.number(group, "error_value")};
    return table;
}

}  // namespace

void write(const TabulatedModel& tabulated, ArchiveWriter& file) {
    auto model = tabulated.model;
    model.message_posterior = {};
    model.kinetic_posterior = {};
    write(model, file);
    write_table(file, pair_group, tabulated.pair, tabulated.pair_error);
    if (!tabulated.kinetic.empty())
        write_table(file, kinetic_group, tabulated.kinetic, tabulated.kinetic_error);
}

TabulatedModel read_tabulated(const ArchiveReader& file) {
    require(file.has(pair_group), Advice{"make one with `rfhgn tabulate`"}, "{}: the model is not tabulated",
            file.path());
    TabulatedModel tabulated{read_pairwise(file), {}, {}, {}, {}};
    tabulated.pair = read_table(file, pair_group, tabulated.model.species.pairs(), tabulated.pair_error);
    if (file.has(kinetic_group))
        tabulated.kinetic = read_table(file, kinetic_group, 1, tabulated.kinetic_error);
    return tabulated;
}

}  // namespace rfhgn::model
