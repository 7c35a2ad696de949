#include "r_factors_group.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

namespace {

const std::string group = "/triangles";

void write_r_factor(hdf5::Writer& file, const std::string& name, const linalg::RFactor& r_factor) {
    if (r_factor.rows == 0) return;
    const auto values = linalg::packed(r_factor);
    file.write<double>(group + "/" + name, {values.size()}, values);
}

std::vector<double> read_values(const hdf5::Reader& file, const std::string& name, GlobalIndex size) {
    const auto path = group + "/" + name;
    file.require_shape(path, {size}, "widths of the layers");
    auto values = file.all<double>(path);
    require(std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }),
            Advice{"train the model again"}, "{}: {} holds numbers that are not finite", file.path(), path);
    return values;
}

linalg::RFactor read_r_factor(const hdf5::Reader& file, const std::string& name, int columns,
                              GlobalIndex rows) {
    if (rows == 0) return linalg::RFactor(columns);
    const GlobalIndex size = GlobalIndex{columns} + 1;
    return linalg::unpacked(columns, rows, read_values(file, name, size * (size + 1) / 2));
}

}  // namespace

void write_r_factors(hdf5::Writer& file, const training::RFactors& r_factors) {
    file.group(group);
    file.attribute(group, "energy_exact", r_factors.energies.exact);
    file.attribute(group, "energy_edges", r_factors.energies.edges);
    const std::array<GlobalIndex, 4> rows{r_factors.kinetic.training.rows, r_factors.kinetic.held_out.rows,
                                          r_factors.message.training.rows, r_factors.message.held_out.rows};
    const std::array<GlobalIndex, 2> snapshots{r_factors.snapshots, r_factors.held_out_snapshots};
    file.write<GlobalIndex>(group + "/rows", {rows.size()}, rows);
    file.write<GlobalIndex>(group + "/snapshots", {snapshots.size()}, snapshots);
    const auto& energies = r_factors.energies;
    file.write<double>(group + "/energy_kinetic", {energies.kinetic.size()}, energies.kinetic);
    file.write<double>(group + "/energy_message", {energies.message.size()}, energies.message);
    write_r_factor(file, "kinetic_training", r_factors.kinetic.training);
    write_r_factor(file, "kinetic_held_out", r_factors.kinetic.held_out);
    write_r_factor(file, "message_training", r_factors.message.training);
    write_r_factor(file, "message_held_out", r_factors.message.held_out);
}

training::RFactors read_r_factors(const hdf5::Reader& file, const model::PairwiseModel& model) {
    require(file.has(group), Advice{"train it with train.keep_factor = true"},
            "{}: the model was stored without R factors, so its training cannot go on", file.path());
    file.require_shape(group + "/rows", {4}, "two problems of two roles");
    file.require_shape(group + "/snapshots", {2}, "all and held out");
    const auto rows = file.all<GlobalIndex>(group + "/rows");
    const auto snapshots = file.all<GlobalIndex>(group + "/snapshots");
    require(*std::min_element(rows.begin(), rows.end()) >= 0, Advice{"train the model again"},
            "{}: {}/rows has a negative number", file.path(), group);
    const int node = model.kinetic_known ? 0 : model.node.width;
    const int message = model.message_columns();
    training::RFactors r_factors;
    r_factors.snapshots = snapshots[0];
    r_factors.held_out_snapshots = snapshots[1];
    r_factors.kinetic.training = read_r_factor(file, "kinetic_training", node, rows[0]);
    r_factors.kinetic.held_out = read_r_factor(file, "kinetic_held_out", node, rows[1]);
    r_factors.message.training = read_r_factor(file, "message_training", message, rows[2]);
    r_factors.message.held_out = read_r_factor(file, "message_held_out", message, rows[3]);
    r_factors.energies.kinetic = read_values(file, "energy_kinetic", model.kinetic_known ? 1 : node);
    r_factors.energies.message = read_values(file, "energy_message", message);
    r_factors.energies.exact = file.number<double>(group, "energy_exact");
    r_factors.energies.edges = file.number<double>(group, "energy_edges");
    return r_factors;
}

}  // namespace rfhgn::io
