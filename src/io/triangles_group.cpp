#include "triangles_group.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

namespace {

const std::string group = "/triangles";

void write_triangle(hdf5::Writer& file, const std::string& name, const linalg::Triangle& triangle) {
    if (triangle.rows == 0) return;
    const auto values = linalg::packed(triangle);
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

linalg::Triangle read_triangle(const hdf5::Reader& file, const std::string& name, int columns,
                               GlobalIndex rows) {
    if (rows == 0) return linalg::Triangle(columns);
    const GlobalIndex size = GlobalIndex{columns} + 1;
    return linalg::unpacked(columns, rows, read_values(file, name, size * (size + 1) / 2));
}

}  // namespace

void write_triangles(hdf5::Writer& file, const training::Triangles& triangles) {
    file.group(group);
    file.attribute(group, "energy_exact", triangles.energies.exact);
    file.attribute(group, "energy_edges", triangles.energies.edges);
    const std::array<GlobalIndex, 4> rows{triangles.kinetic.training.rows, triangles.kinetic.held_out.rows,
                                          triangles.message.training.rows, triangles.message.held_out.rows};
    const std::array<GlobalIndex, 2> snapshots{triangles.snapshots, triangles.held_out_snapshots};
    file.write<GlobalIndex>(group + "/rows", {rows.size()}, rows);
    file.write<GlobalIndex>(group + "/snapshots", {snapshots.size()}, snapshots);
    const auto& energies = triangles.energies;
    file.write<double>(group + "/energy_kinetic", {energies.kinetic.size()}, energies.kinetic);
    file.write<double>(group + "/energy_message", {energies.message.size()}, energies.message);
    write_triangle(file, "kinetic_training", triangles.kinetic.training);
    write_triangle(file, "kinetic_held_out", triangles.kinetic.held_out);
    write_triangle(file, "message_training", triangles.message.training);
    write_triangle(file, "message_held_out", triangles.message.held_out);
}

training::Triangles read_triangles(const hdf5::Reader& file, const model::PairwiseModel& model) {
    require(file.has(group), Advice{"train it with train.keep_triangle = true"},
            "{}: the model was stored without triangles, so its training cannot go on", file.path());
    file.require_shape(group + "/rows", {4}, "two problems of two roles");
    file.require_shape(group + "/snapshots", {2}, "all and held out");
    const auto rows = file.all<GlobalIndex>(group + "/rows");
    const auto snapshots = file.all<GlobalIndex>(group + "/snapshots");
    require(*std::min_element(rows.begin(), rows.end()) >= 0, Advice{"train the model again"},
            "{}: {}/rows has a negative number", file.path(), group);
    const int node = model.kinetic_known ? 0 : model.node.width;
    const int message = model.message_columns();
    training::Triangles triangles;
    triangles.snapshots = snapshots[0];
    triangles.held_out_snapshots = snapshots[1];
    triangles.kinetic.training = read_triangle(file, "kinetic_training", node, rows[0]);
    triangles.kinetic.held_out = read_triangle(file, "kinetic_held_out", node, rows[1]);
    triangles.message.training = read_triangle(file, "message_training", message, rows[2]);
    triangles.message.held_out = read_triangle(file, "message_held_out", message, rows[3]);
    triangles.energies.kinetic = read_values(file, "energy_kinetic", model.kinetic_known ? 1 : node);
    triangles.energies.message = read_values(file, "energy_message", message);
    triangles.energies.exact = file.number<double>(group, "energy_exact");
    triangles.energies.edges = file.number<double>(group, "energy_edges");
    return triangles;
}

}  // namespace rfhgn::io
