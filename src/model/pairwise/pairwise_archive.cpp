#include "pairwise_archive.hpp"

#include <algorithm>
#include <functional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/registry.hpp"

#include "training_range_archive.hpp"

namespace rfhgn::model {

namespace {

// What releases that write version 1 do not know.
bool needs_version_2(const PairwiseModel& model) {
    return !model.cutoff.none() || !model.species.known().empty() ||
           model.radial_transform != RadialTransform::distance;
}

void write_cutoff(ArchiveWriter& archive, const PairwiseModel& model) {
    archive.attribute("/", "distance_input", to_string(model.radial_transform));
    archive.attribute("/", "cutoff", model.cutoff.radius);
    archive.attribute("/", "cutoff_function", std::string(model.cutoff.smooth ? "smooth" : "sharp"));
    archive.attribute("/", "smooth_from", model.cutoff.smooth_from);
    const auto& species = model.species.known();
    const std::vector<std::int64_t> wide(species.begin(), species.end());
    archive.array("/species", {static_cast<GlobalIndex>(wide.size())}, wide);
}

void read_cutoff(const ArchiveReader& archive, PairwiseModel& model) {
    if (!archive.has_attribute("/", "cutoff")) return;  // version 1
    model.radial_transform = parse_radial_transform(archive.text("/", "distance_input"));
    const auto function = archive.text("/", "cutoff_function");
    require(function == "smooth" || function == "sharp", Advice{},
            "{}: cutoff_function is '{}', but must be 'smooth' or 'sharp'", archive.path(), function);
    model.cutoff = {archive.number("/", "cutoff"), function == "smooth", archive.number("/", "smooth_from")};
    require(
        model.cutoff.radius >= 0 && (model.cutoff.none() || model.cutoff.smooth_from < model.cutoff.radius),
        Advice{"train the model again"}, "{}: cutoff {} with smooth_from {} is not possible", archive.path(),
        model.cutoff.radius, model.cutoff.smooth_from);
    const auto species = archive.integers("/species");
    require(std::adjacent_find(species.begin(), species.end(), std::greater_equal<>()) == species.end(),
            Advice{"train the model again"}, "{}: /species does not ascend", archive.path());
    model.species = SpeciesPairs({species.begin(), species.end()});
}

}  // namespace

void PairwiseModel::write(ArchiveWriter& archive) const {
    archive.attribute("/", "format_version", needs_version_2(*this) ? 2 : 1);
    archive.attribute("/", "mass_input", static_cast<int>(mass_input));
    archive.attribute("/", "mass_input_messages", static_cast<int>(mass_input_messages));
    archive.attribute("/", "kinetic_known", static_cast<int>(kinetic_known));
    archive.attribute("/", "energy_per_edge", energy_per_edge);
    write_training_range(archive, training_range);
    if (needs_version_2(*this)) write_cutoff(archive, *this);
    if (!kinetic_known) archive.layer("/node", node);
    if (edge) archive.layer("/edge", *edge);
    archive.layer("/message", message);
    if (!kinetic_known) archive.vector("/coefficients/kinetic", kinetic_coefficients);
    archive.vector("/coefficients/message", message_coefficients);
    archive.posterior("/uncertainty/kinetic", kinetic_posterior);
    archive.posterior("/uncertainty/message", message_posterior);
}

PairwiseModel read_pairwise(const ArchiveReader& archive) {
    PairwiseModel model;
    read_common(archive, model);
    model.mass_input = archive.integer("/", "mass_input") != 0;
    model.mass_input_messages = archive.integer("/", "mass_input_messages") != 0;
    model.kinetic_known = archive.integer("/", "kinetic_known") != 0;
    model.energy_per_edge = archive.number("/", "energy_per_edge");
    read_cutoff(archive, model);
    const auto attributes = static_cast<int>(model.edge_attribute_names.size());
    model.training_range = read_training_range(archive, attributes);
    if (!model.kinetic_known) {
        model.node = archive.layer("/node", model.mass_input ? 2 : 1);
        model.kinetic_coefficients =
            archive.vector("/coefficients/kinetic", model.node.width, "width of the node layer");
        model.kinetic_posterior = archive.posterior("/uncertainty/kinetic", model.node.width);
    }
    if (archive.has("/edge")) model.edge = archive.layer("/edge", 1 + attributes);
    const int seen = (model.mass_input_messages ? 2 : 0) + (model.edge ? model.edge->width : 1 + attributes);
    model.message = archive.layer("/message", seen);
    model.message_coefficients =
        archive.vector("/coefficients/message", model.message_columns(), "width of the message layer");
    model.message_posterior = archive.posterior("/uncertainty/message", model.message_columns());
    return model;
}

}  // namespace rfhgn::model
