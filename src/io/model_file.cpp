#include "rfhgn/io/model_file.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_seal.hpp"
#include "format.hpp"
#include "model_parts.hpp"
#include "r_factors_group.hpp"
#include "species_names.hpp"
#include "tables_group.hpp"
#include "training_range_group.hpp"

namespace rfhgn::io {

namespace {

constexpr const char* encoding = "pairwise";

hdf5::Extents extents(int rows, int columns) {
    return {static_cast<hsize_t>(rows), static_cast<hsize_t>(columns)};
}

void write_posterior(hdf5::Writer& file, const std::string& group, const model::Posterior& posterior,
                     int width) {
    if (!posterior.known()) return;
    file.group(group);
    file.attribute(group, "noise", posterior.noise);
    file.attribute(group, "ridge_noise", posterior.ridge_noise);
    // Column-major here, rows of the transpose there.
    write_vector(file, group + "/damping", posterior.damping);
    file.write<double>(group + "/factor_transposed", extents(width, width), posterior.factor);
}

// What releases that write version 1 do not know.
bool needs_version_2(const model::PairwiseModel& model) {
    return !model.cutoff.none() || !model.species.known().empty() ||
           model.radial_transform != model::RadialTransform::distance;
}

void write_reach(hdf5::Writer& file, const model::PairwiseModel& model) {
    if (!needs_version_2(model)) return;
    file.attribute("/", "distance_input", model::to_string(model.radial_transform));
    file.attribute("/", "cutoff", model.cutoff.radius);
    file.attribute("/", "cutoff_function", std::string(model.cutoff.smooth ? "smooth" : "sharp"));
    file.attribute("/", "smooth_from", model.cutoff.smooth_from);
    const auto& species = model.species.known();
    const std::vector<std::int64_t> wide(species.begin(), species.end());
    file.write<std::int64_t>("/species", {wide.size()}, wide);
}

void write_all(hdf5::Writer& file, const model::PairwiseModel& model, const std::string& training_report,
               const Provenance& provenance) {
    file.attribute("/", "format", std::string(model_format.name));
    file.attribute("/", "format_version",
                   needs_version_2(model) ? model_format.version : model_format.oldest);
    file.attribute("/", "encoding", std::string(encoding));
    file.attribute("/", "dimension", model.dimension);
    file.fixed_text("/", "edge_attribute_names", model.edge_attribute_names, false);
    file.attribute("/", "mass_input", static_cast<int>(model.mass_input));
    file.attribute("/", "mass_input_messages", static_cast<int>(model.mass_input_messages));
    file.attribute("/", "kinetic_known", static_cast<int>(model.kinetic_known));
    file.attribute("/", "energy_per_edge", model.energy_per_edge);
    file.attribute("/", "units", model.units);
    if (!model.species_names.empty()) file.fixed_text("/", "species_names", model.species_names, false);
    file.attribute("/", "training_report", training_report);
    hdf5::write_provenance(file, "/provenance", provenance);
    write_training_range(file, model.training_range);
    write_reach(file, model);
    if (!model.kinetic_known) write_layer(file, "/node", model.node);
    if (model.edge) write_layer(file, "/edge", *model.edge);
    write_layer(file, "/message", model.message);
    if (!model.kinetic_known) write_vector(file, "/coefficients/kinetic", model.kinetic_coefficients);
    write_vector(file, "/coefficients/message", model.message_coefficients);
    write_posterior(file, "/uncertainty/kinetic", model.kinetic_posterior, model.node.width);
    write_posterior(file, "/uncertainty/message", model.message_posterior, model.message_columns());
}

void check_encoding(const hdf5::Reader& file) {
    const auto named = file.text("/", "encoding");
    require(!is_frame_encoding(named), Advice{"use a model with [model] encoding = \"pairwise\""},
            "{}: encoding is '{}', but this can be done with '{}' models only", file.path(), named, encoding);
    require(named == encoding, Advice{}, "{}: encoding is '{}', but this release knows '{}'", file.path(),
            named, encoding);
}

model::Posterior read_posterior(const hdf5::Reader& file, const std::string& group, int width) {
    if (!file.has(group)) return {};
    model::Posterior posterior;
    posterior.noise = read_number(file, group, "noise");
    posterior.ridge_noise = read_number(file, group, "ridge_noise");
    posterior.damping = read_vector(file, group + "/damping", width, "width of the layer");
    const auto name = group + "/factor_transposed";
    file.require_shape(name, {width, width}, "width of the layer");
    posterior.factor = file.all<double>(name);
    require_finite(file, name, posterior.factor);
    for (std::size_t m = 0; m < static_cast<std::size_t>(width); ++m)
        require(posterior.factor[m * static_cast<std::size_t>(width) + m] != 0,
                Advice{"train the model again"}, "{}: {} is singular: zero at position {} of the diagonal",
                file.path(), name, m);
    return posterior;
}

void read_reach(const hdf5::Reader& file, model::PairwiseModel& model) {
    if (!file.has_attribute("/", "cutoff")) return;  // version 1
    model.radial_transform = model::parse_radial_transform(file.text("/", "distance_input"));
    const auto function = file.text("/", "cutoff_function");
    require(function == "smooth" || function == "sharp", Advice{},
            "{}: cutoff_function is '{}', but must be 'smooth' or 'sharp'", file.path(), function);
    model.cutoff = {read_number(file, "/", "cutoff"), function == "smooth",
                    read_number(file, "/", "smooth_from")};
    require(
        model.cutoff.radius >= 0 && (model.cutoff.none() || model.cutoff.smooth_from < model.cutoff.radius),
        Advice{"train the model again"}, "{}: cutoff {} with smooth_from {} is not possible", file.path(),
        model.cutoff.radius, model.cutoff.smooth_from);
    const auto species = file.all<std::int64_t>("/species");
    require(std::adjacent_find(species.begin(), species.end(), std::greater_equal<>()) == species.end(),
            Advice{"train the model again"}, "{}: /species does not ascend", file.path());
    model.species = model::SpeciesPairs({species.begin(), species.end()});
}

model::PairwiseModel parse(const hdf5::Reader& file) {
    check_format(file, model_format);
    check_encoding(file);
    model::PairwiseModel model;
    model.dimension = read_dimension(file);
    model.edge_attribute_names = file.texts("/", "edge_attribute_names");
    model.mass_input = file.number<int>("/", "mass_input") != 0;
    model.mass_input_messages = file.number<int>("/", "mass_input_messages") != 0;
    model.kinetic_known = file.number<int>("/", "kinetic_known") != 0;
    model.energy_per_edge = read_number(file, "/", "energy_per_edge");
    model.units = file.text("/", "units");
    model.species_names = read_species_names(file, "/", "species_names");
    read_reach(file, model);
    model.training_range =
        read_training_range(file, static_cast<GlobalIndex>(model.edge_attribute_names.size()));
    if (!model.kinetic_known) {
        model.node = read_layer(file, "/node", model.mass_input ? 2 : 1);
        model.kinetic_coefficients =
            read_vector(file, "/coefficients/kinetic", model.node.width, "width of the node layer");
        model.kinetic_posterior = read_posterior(file, "/uncertainty/kinetic", model.node.width);
    }
    const int edge_inputs = 1 + static_cast<int>(model.edge_attribute_names.size());
    if (file.has("/edge")) model.edge = read_layer(file, "/edge", edge_inputs);
    const int seen = (model.mass_input_messages ? 2 : 0) + (model.edge ? model.edge->width : edge_inputs);
    model.message = read_layer(file, "/message", seen);
    model.message_coefficients =
        read_vector(file, "/coefficients/message", model.message_columns(), "width of the message layer");
    model.message_posterior = read_posterior(file, "/uncertainty/message", model.message_columns());
    return model;
}

}  // namespace

void write_model(const parallel::Communicator& comm, const std::string& path,
                 const model::PairwiseModel& model, const std::string& training_report,
                 const Provenance& provenance, const training::RFactors* r_factors) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        auto file = hdf5::Writer::in_memory(path);
        write_all(file, model, training_report, provenance);
        if (r_factors) write_r_factors(file, *r_factors);
        write_whole_file(path, sealed_by_blocks(file.image()));
    });
}

void write_tabulated_model(const parallel::Communicator& comm, const std::string& path,
                           const model::TabulatedModel& tabulated, const Provenance& provenance) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        auto file = hdf5::Writer::in_memory(path);
        auto model = tabulated.model;
        model.message_posterior = {};
        model.kinetic_posterior = {};
        write_all(file, model, "", provenance);
        write_tables(file, tabulated);
        write_whole_file(path, sealed_by_blocks(file.image()));
    });
}

model::TabulatedModel read_tabulated_model(const parallel::Communicator& comm, const std::string& path) {
    const auto bytes = read_everywhere(comm, path);
    return parallel::together(comm, [&] {
        const hdf5::Reader file(bytes, path);
        model::TabulatedModel tabulated{parse(file), {}, {}, {}, {}};
        read_tables(file, tabulated);
        return tabulated;
    });
}

// The root reads the file's bytes once; every rank reads the model out of them.
model::PairwiseModel read_model(const parallel::Communicator& comm, const std::string& path) {
    const auto bytes = read_everywhere(comm, path);
    return parallel::together(comm, [&] { return parse(hdf5::Reader(bytes, path)); });
}

TrainedModel read_trained_model(const parallel::Communicator& comm, const std::string& path) {
    const auto bytes = read_everywhere(comm, path);
    return parallel::together(comm, [&] {
        const hdf5::Reader file(bytes, path);
        auto model = parse(file);
        auto r_factors = read_r_factors(file, model);
        return TrainedModel{std::move(model), std::move(r_factors)};
    });
}

}  // namespace rfhgn::io
