#include "r_factors_group.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

namespace {

using training::RFactors;
using training::Target;

const std::string group = "/r_factors";
const std::string earlier_group = "/triangles";  // of releases that had two problems of one target each
constexpr std::array all_targets{Target::velocity, Target::force, Target::energy, Target::virial};

void write_r_factor(hdf5::Writer& file, const std::string& path, const linalg::RFactor& r_factor) {
    if (r_factor.rows == 0) return;
    const auto values = linalg::packed(r_factor);
    file.write<double>(path, {values.size()}, values);
}

void write_target(hdf5::Writer& file, const std::string& path, const linalg::RFactorPair& r_factors,
                  const linalg::Weight& weight) {
    file.group(path);
    file.attribute(path, "weight", weight.value);
    file.attribute(path, "weight_chosen", weight.automatic ? 1 : 0);
    const std::array<GlobalIndex, 2> rows{r_factors.training.rows, r_factors.held_out.rows};
    file.write<GlobalIndex>(path + "/rows", {rows.size()}, rows);
    write_r_factor(file, path + "/training", r_factors.training);
    write_r_factor(file, path + "/held_out", r_factors.held_out);
}

std::vector<double> read_values(const hdf5::Reader& file, const std::string& path, GlobalIndex size) {
    file.require_shape(path, {size}, "widths of the layers");
    auto values = file.all<double>(path);
    require(std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }),
            Advice{"train the model again"}, "{}: {} holds numbers that are not finite", file.path(), path);
    return values;
}

linalg::RFactor read_r_factor(const hdf5::Reader& file, const std::string& path, int columns,
                              GlobalIndex rows) {
    if (rows == 0) return linalg::RFactor(columns);
    const GlobalIndex size = GlobalIndex{columns} + 1;
    return linalg::unpacked(columns, rows, read_values(file, path, size * (size + 1) / 2));
}

std::vector<GlobalIndex> read_counts(const hdf5::Reader& file, const std::string& path, GlobalIndex size,
                                     const char* meaning) {
    file.require_shape(path, {size}, meaning);
    auto counts = file.all<GlobalIndex>(path);
    require(*std::min_element(counts.begin(), counts.end()) >= 0, Advice{"train the model again"},
            "{}: {} has a negative number", file.path(), path);
    return counts;
}

void read_target(const hdf5::Reader& file, Target target, const training::FactorShape& shape,
                 RFactors& r_factors) {
    const auto path = group + "/" + name_of(target);
    if (!file.has(path)) return;
    const auto rows = read_counts(file, path + "/rows", 2, "training and held out");
    const int columns = shape.columns.at(target);
    r_factors.by_target[target] = {read_r_factor(file, path + "/training", columns, rows[0]),
                                   read_r_factor(file, path + "/held_out", columns, rows[1])};
    const double weight = file.number<double>(path, "weight");
    require(std::isfinite(weight) && weight > 0, Advice{"train the model again"}, "{}: {} has the weight {}",
            file.path(), path, weight);
    if (target == Target::energy || target == Target::virial)
        r_factors.weights[target] = {weight, file.number<int>(path, "weight_chosen") != 0};
}

void read_earlier(const hdf5::Reader& file, const training::FactorShape& shape, RFactors& r_factors) {
    const auto rows = read_counts(file, earlier_group + "/rows", 4, "two problems of two roles");
    const auto read = [&](Target target, const std::string& name, std::size_t at) {
        const int columns = shape.columns.at(target);
        const auto path = earlier_group + "/" + name;
        if (columns == 0) return;
        r_factors.by_target[target] = {read_r_factor(file, path + "_training", columns, rows[at]),
                                       read_r_factor(file, path + "_held_out", columns, rows[at + 1])};
    };
    read(Target::velocity, "kinetic", 0);
    read(Target::force, "message", 2);
}

}  // namespace

void write_r_factors(hdf5::Writer& file, const RFactors& r_factors) {
    file.group(group);
    const auto& energies = r_factors.energies;
    file.attribute(group, "energy_exact", energies.exact);
    file.attribute(group, "energy_edges", energies.edges);
    const std::array<GlobalIndex, 2> snapshots{r_factors.snapshots, r_factors.held_out_snapshots};
    file.write<GlobalIndex>(group + "/snapshots", {snapshots.size()}, snapshots);
    if (!r_factors.data.empty())
        file.write<std::int64_t>(group + "/data", {r_factors.data.size()}, r_factors.data);
    file.write<double>(group + "/energy_kinetic", {energies.kinetic.size()}, energies.kinetic);
    file.write<double>(group + "/energy_message", {energies.message.size()}, energies.message);
    for (const auto& [target, pair] : r_factors.by_target) {
        const auto weight = r_factors.weights.find(target);
        write_target(file, group + "/" + name_of(target), pair,
                     weight == r_factors.weights.end() ? linalg::Weight{} : weight->second);
    }
}

bool has_r_factors(const hdf5::Reader& file) {
    return file.has(group) || file.has(earlier_group);
}

RFactors read_r_factors(const hdf5::Reader& file, const training::FactorShape& shape) {
    require(has_r_factors(file), Advice{"train it with train.keep_factor = true"},
            "{}: the model was stored without R factors, so its training cannot go on", file.path());
    const bool earlier = !file.has(group);
    const auto& from = earlier ? earlier_group : group;
    RFactors r_factors;
    const auto snapshots = read_counts(file, from + "/snapshots", 2, "all and held out");
    r_factors.snapshots = snapshots[0];
    r_factors.held_out_snapshots = snapshots[1];
    if (file.has(from + "/data")) r_factors.data = file.all<std::int64_t>(from + "/data");
    if (earlier) {
        read_earlier(file, shape, r_factors);
    } else {
        for (const Target target : all_targets) read_target(file, target, shape, r_factors);
        for (const Target target : {Target::force, Target::velocity})
            require(r_factors.by_target.count(target) == 1 || shape.columns.at(target) == 0,
                    Advice{"train the model again"}, "{}: there is no {}/{}", file.path(), from,
                    name_of(target));
    }
    r_factors.energies.kinetic = read_values(file, from + "/energy_kinetic", shape.kinetic_sums);
    r_factors.energies.message = read_values(file, from + "/energy_message", shape.message_sums);
    r_factors.energies.exact = file.number<double>(from, "energy_exact");
    r_factors.energies.edges = file.number<double>(from, "energy_edges");
    return r_factors;
}

}  // namespace rfhgn::io
