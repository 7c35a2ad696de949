#include "many_body_archive.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::model::many_body {

namespace {

const std::string basis_group = "/basis";
const std::string core_group = "/core";

GlobalIndex extent(std::size_t size) {
    return static_cast<GlobalIndex>(size);
}

void write_integers(ArchiveWriter& archive, const std::string& name, const std::vector<int>& values) {
    const std::vector<std::int64_t> wide(values.begin(), values.end());
    archive.array(name, {extent(wide.size())}, wide);
}

std::vector<int> read_integers(const ArchiveReader& archive, const std::string& name) {
    const auto wide = archive.integers(name);
    return {wide.begin(), wide.end()};
}

void write_switches(ArchiveWriter& archive, const std::string& name,
                    const std::vector<InnerSwitch>& switches) {
    std::vector<double> values;
    for (const auto& s : switches) values.insert(values.end(), {s.from, s.to});
    archive.array(name, {extent(switches.size()), 2}, values);
}

std::vector<InnerSwitch> read_switches(const ArchiveReader& archive, const std::string& name) {
    const auto rows = archive.extents(name).front();
    const auto values = archive.array(name, {rows, 2}, "a pair of distances for each pair of species");
    std::vector<InnerSwitch> switches;
    for (std::size_t k = 0; k < values.size(); k += 2) switches.push_back({values[k], values[k + 1]});
    return switches;
}

void write_basis(ArchiveWriter& archive, const Basis& basis) {
    archive.group(basis_group);
    archive.attribute(basis_group, "cutoff", basis.cutoff);
    archive.attribute(basis_group, "cutoff_exponent", basis.cutoff_exponent);
    archive.attribute(basis_group, "radial", basis.radial);
    archive.attribute(basis_group, "angular", basis.angular);
    archive.attribute(basis_group, "degree3", basis.degree3);
    archive.attribute(basis_group, "degree4", basis.degree4);
    archive.attribute(basis_group, "shortest_distance", basis.shortest_distance);
    archive.attribute(basis_group, "central", basis.embedding.central);
    write_integers(archive, basis_group + "/species", basis.species);
    const auto count = extent(basis.species.size());
    archive.array(basis_group + "/embedding", {count, count}, basis.embedding.vectors);
    write_integers(archive, basis_group + "/cost3", basis.embedding.cost3);
    write_integers(archive, basis_group + "/cost4", basis.embedding.cost4);
    write_switches(archive, basis_group + "/inner", basis.inner);
}

Basis read_basis(const ArchiveReader& archive) {
    Basis basis;
    basis.cutoff = archive.number(basis_group, "cutoff");
    basis.cutoff_exponent = archive.integer(basis_group, "cutoff_exponent");
    basis.radial = archive.integer(basis_group, "radial");
    basis.angular = archive.integer(basis_group, "angular");
    basis.degree3 = archive.integer(basis_group, "degree3");
    basis.degree4 = archive.integer(basis_group, "degree4");
    basis.shortest_distance = archive.number(basis_group, "shortest_distance");
    basis.species = read_integers(archive, basis_group + "/species");
    const auto count = extent(basis.species.size());
    basis.embedding.central = archive.integer(basis_group, "central");
    basis.embedding.vectors =
        archive.array(basis_group + "/embedding", {count, count}, "species of the basis");
    basis.embedding.cost3 = read_integers(archive, basis_group + "/cost3");
    basis.embedding.cost4 = read_integers(archive, basis_group + "/cost4");
    basis.inner = read_switches(archive, basis_group + "/inner");
    check(basis);
    return basis;
}

void write_core(ArchiveWriter& archive, const CoreRepulsion& core) {
    if (core.none()) return;
    archive.group(core_group);
    archive.attribute(core_group, "coulomb", core.coulomb);
    archive.attribute(core_group, "bohr", core.bohr);
    archive.vector(core_group + "/charge", core.charge);
    write_switches(archive, core_group + "/range", core.range);
}

CoreRepulsion read_core(const ArchiveReader& archive, std::size_t species) {
    if (!archive.has(core_group)) return {};
    CoreRepulsion core;
    core.coulomb = archive.number(core_group, "coulomb");
    core.bohr = archive.number(core_group, "bohr");
    core.charge = archive.vector(core_group + "/charge", extent(species), "species of the basis");
    core.range = read_switches(archive, core_group + "/range");
    return core;
}

void write_neurons(ArchiveWriter& archive, const Features& features) {
    const auto& [directions, mean, matrix] = features.projection;
    const auto& neurons = features.neurons;
    if (neurons.count == 0) return;
    archive.group("/projection");
    archive.vector("/projection/mean", mean);
    archive.array("/projection/matrix_transposed", {directions, extent(mean.size())}, matrix);
    archive.group("/neurons");
    archive.array("/neurons/weights", {neurons.count, directions}, neurons.weights);
    archive.array("/neurons/biases_transposed",
                  {extent(neurons.biases.size()) / neurons.count, neurons.count}, neurons.biases);
}

void read_neurons(const ArchiveReader& archive, Features& features) {
    if (!archive.has("/neurons")) return;
    auto& [directions, mean, matrix] = features.projection;
    auto& neurons = features.neurons;
    const auto shape = archive.extents("/neurons/weights");
    require(shape.size() == 2, Advice{"train the model again"}, "{}: /neurons/weights has shape {}",
            archive.path(), to_text(shape));
    neurons.count = static_cast<int>(shape[0]);
    directions = static_cast<int>(shape[1]);
    const auto invariants = archive.extents("/projection/mean").front();
    mean = archive.vector("/projection/mean", invariants, "invariants");
    matrix = archive.array("/projection/matrix_transposed", {shape[1], invariants}, "directions, invariants");
    neurons.weights = archive.array("/neurons/weights", shape, "neurons, directions");
    neurons.biases = archive.array("/neurons/biases_transposed",
                                   {extent(features.basis.species.size()), shape[0]}, "species, neurons");
}

}  // namespace

void write(const Model& model, ArchiveWriter& archive) {
    write_basis(archive, model.features.basis);
    write_core(archive, model.features.core);
    write_neurons(archive, model.features);
    archive.vector("/coefficients/all", model.coefficients);
    write_integers(archive, "/coefficients/columns", model.columns);
}

Model read(const ArchiveReader& archive) {
    Model model;
    model.features.basis = read_basis(archive);
    model.features.core = read_core(archive, model.features.basis.species.size());
    read_neurons(archive, model.features);
    model.columns = read_integers(archive, "/coefficients/columns");
    const auto size = archive.extents("/coefficients/all").front();
    model.coefficients = archive.vector("/coefficients/all", size, "columns of the model");
    check(model);
    return model;
}

}  // namespace rfhgn::model::many_body
