#include "rfhgn/base/error.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_seal.hpp"
#include "format.hpp"
#include "model_parts.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

namespace {

void write_all(hdf5::Writer& file, const model::CoordinateNetwork& model, const std::string& training_report,
               const Provenance& provenance) {
    file.attribute("/", "format", std::string(model_format.name));
    file.attribute("/", "format_version", model_format.version);
    file.attribute("/", "encoding", std::string(model.encoding()));
    file.attribute("/", "dimension", model.dimension);
    file.fixed_text("/", "edge_attribute_names", model.edge_attribute_names, false);
    file.attribute("/", "mass_input", static_cast<int>(model.mass_input));
    file.attribute("/", "energy_per_node", model.energy_per_node);
    file.attribute("/", "units", model.units);
    file.attribute("/", "training_report", training_report);
    hdf5::write_provenance(file, "/provenance", provenance);
    write_layer(file, "/node", model.node);
    write_layer(file, "/edge", model.edge);
    write_layer(file, "/message", model.message);
    write_vector(file, "/coefficients/all", model.coefficients);
}

model::CoordinateNetwork parse_coordinate_network(const hdf5::Reader& file) {
    check_format(file, model_format);
    const auto named = file.text("/", "encoding");
    require(is_frame_encoding(named), Advice{}, "{}: encoding is '{}', but must be 'frame' or 'absolute'",
            file.path(), named);
    model::CoordinateNetwork model;
    model.absolute = named == "absolute";
    model.dimension = read_dimension(file);
    model.edge_attribute_names = file.texts("/", "edge_attribute_names");
    model.mass_input = file.number<int>("/", "mass_input") != 0;
    model.energy_per_node = read_number(file, "/", "energy_per_node");
    model.units = file.text("/", "units");
    model.node = read_layer(file, "/node", model.node_inputs());
    model.edge = read_layer(file, "/edge", model.edge_inputs());
    model.message = read_layer(file, "/message", 2 * model.node.width + model.edge.width);
    model.coefficients =
        read_vector(file, "/coefficients/all", model.columns(), "widths of node and message layer");
    return model;
}

}  // namespace

bool holds_coordinate_network(const parallel::Communicator& comm, const std::string& path) {
    require_readable(comm, path);
    const bool found = parallel::together(comm, [&] {
        if (!comm.is_root()) return false;
        const hdf5::Reader file(path);
        check_format(file, model_format);
        return is_frame_encoding(file.text("/", "encoding"));
    });
    return parallel::any(comm, found);
}

void write_model(const parallel::Communicator& comm, const std::string& path,
                 const model::CoordinateNetwork& model, const std::string& training_report,
                 const Provenance& provenance) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        auto file = hdf5::Writer::in_memory(path);
        write_all(file, model, training_report, provenance);
        write_whole_file(path, sealed_by_blocks(file.image()));
    });
}

model::CoordinateNetwork read_coordinate_network(const parallel::Communicator& comm,
                                                 const std::string& path) {
    const auto bytes = read_everywhere(comm, path);
    return parallel::together(comm, [&] { return parse_coordinate_network(hdf5::Reader(bytes, path)); });
}

}  // namespace rfhgn::io
