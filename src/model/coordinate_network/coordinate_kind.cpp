#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/coordinate_network/coordinate_network.hpp"
#include "rfhgn/model/registry.hpp"

namespace rfhgn::model {

std::unique_ptr<Model> CoordinateNetwork::clone() const {
    return std::make_unique<CoordinateNetwork>(*this);
}

std::unique_ptr<potential::ForceField> CoordinateNetwork::force_field(
    const std::vector<std::string>& /*attribute_names*/) const {
    return make_force_field(*this);
}

void CoordinateNetwork::match(const Facts& facts, Purpose /*purpose*/) const {
    require(!facts.boxes, Advice{"use a model with [model] encoding = \"pairwise\""},
            "the model has the encoding '{}', which is for given graphs, but particles of {} live in boxes",
            encoding(), facts.name);
}

void CoordinateNetwork::write(ArchiveWriter& archive) const {
    archive.attribute("/", "format_version", 2);  // earlier releases refuse it by its encoding
    archive.attribute("/", "mass_input", static_cast<int>(mass_input));
    archive.attribute("/", "energy_per_node", energy_per_node);
    archive.layer("/node", node);
    archive.layer("/edge", edge);
    archive.layer("/message", message);
    archive.vector("/coefficients/all", coefficients);
}

namespace {

std::unique_ptr<Model> read_network(const ArchiveReader& archive) {
    auto model = std::make_unique<CoordinateNetwork>();
    read_common(archive, *model);
    model->absolute = archive.text("/", "encoding") == "absolute";
    model->mass_input = archive.integer("/", "mass_input") != 0;
    model->energy_per_node = archive.number("/", "energy_per_node");
    model->node = archive.layer("/node", model->node_inputs());
    model->edge = archive.layer("/edge", model->edge_inputs());
    model->message = archive.layer("/message", 2 * model->node.width + model->edge.width);
    model->coefficients =
        archive.vector("/coefficients/all", model->columns(), "widths of node and message layer");
    return model;
}

void check(const SamplingOptions& options, config::Section& section) {
    if (options.cutoff > 0 || options.kinetic == "known" || options.message_masses)
        section.problem("encoding",
                        fmt::format("is {}, which knows no cutoff, no known kinetic energy and no "
                                    "message_masses: leave them out, or use pairwise",
                                    options.encoding));
}

}  // namespace

Kind coordinate_network_kind() {
    return {.name = "coordinate_network",
            .encodings = {"frame", "absolute"},
            .help = "coordinates in a frame that moves with the system; coordinates as they are",
            .read = read_network,
            .keys = {"sampler", "activation", "kinetic", "node_width", "edge_width", "message_width",
                     "message_masses", "cutoff", "gap", "steepness", "weight_scale", "bias_range", "seed"},
            .check = check};
}

}  // namespace rfhgn::model
