#include "rfhgn/model/pairwise/pairwise_sampling.hpp"

#include "rfhgn/base/error.hpp"

#include "sample_layer.hpp"

namespace rfhgn::model {

namespace {

void append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Edges beyond the cutoff have no message.
EdgeInputs within(const Cutoff& cutoff, const EdgeInputs& edges) {
    if (cutoff.none()) return edges;
    std::vector<std::size_t> kept;
    for (std::size_t e = 0; e < edges.size(); ++e)
        if (!cutoff.beyond(edges.distance[e])) kept.push_back(e);
    EdgeInputs result;
    for (const std::size_t e : kept) {
        result.distance.push_back(edges.distance[e]);
        result.first_mass.push_back(edges.first_mass[e]);
        result.second_mass.push_back(edges.second_mass[e]);
    }
    for (std::size_t begin = 0; begin < edges.attributes.size(); begin += edges.size())
        for (const std::size_t e : kept) result.attributes.push_back(edges.attributes[begin + e]);
    return result;
}

// What the first of the layers sees of edges, [inputs][points].
std::vector<double> bond_data(const EdgeInputs& edges, RadialTransform input) {
    std::vector<double> bonds(edges.size());
    transform_distances(input, edges.distance, bonds, {});
    append(bonds, edges.attributes);
    return bonds;
}

std::vector<double> message_data(const EdgeInputs& edges, const PairwiseModel& model) {
    const auto points = edges.size();
    std::vector<double> bonds = bond_data(edges, model.radial_transform);
    if (model.edge) {
        std::vector<double> encoded(points * static_cast<std::size_t>(model.edge->width));
        layer_values(*model.edge, bonds, points, {encoded.data(), points});
        bonds = std::move(encoded);
    }
    std::vector<double> data;
    if (model.mass_input_messages) {
        append(data, edges.first_mass);
        append(data, edges.second_mass);
    }
    append(data, bonds);
    return data;
}

}  // namespace

Cutoff cutoff_of(const SamplingOptions& options) {
    if (options.cutoff == 0) return {};
    if (options.cutoff_function == "sharp") return {.radius = options.cutoff, .smooth = false};
    return {options.cutoff, true, options.smooth_from > 0 ? options.smooth_from : 0.8 * options.cutoff};
}

RadialTransform radial_transform_of(const SamplingOptions& options) {
    if (options.radial_transform != "auto") return parse_radial_transform(options.radial_transform);
    return options.cutoff > 0 ? RadialTransform::inverse_cube : RadialTransform::distance;
}

PairwiseModel sample_model(const ReferenceSample& sample, const SamplingOptions& options, int dimension,
                           const std::vector<std::string>& edge_attribute_names) {
    PairwiseModel model;
    model.dimension = dimension;
    model.edge_attribute_names = edge_attribute_names;
    model.radial_transform = radial_transform_of(options);
    model.cutoff = cutoff_of(options);
    model.training_range = within(model.cutoff, sample.training_range);
    if (!options.species)
        model.training_range = {model.training_range.all_pairs, model.training_range.all_particles};
    // A list of one species says no more of a given graph than that there is none other.
    if (options.species && (sample.species.size() > 1 || !model.cutoff.none()))
        model.species = SpeciesPairs(sample.species);
    model.kinetic_known = options.knows_kinetic();
    model.mass_input = !model.kinetic_known && sample.training_range.all_particles.mass_min !=
                                                   sample.training_range.all_particles.mass_max;
    model.mass_input_messages = options.message_masses;
    if (!model.kinetic_known) {
        std::vector<double> data;
        if (model.mass_input)
            for (const double mass : sample.nodes.mass) data.push_back(1.0 / mass);
        append(data, sample.nodes.squared_momentum);
        model.node = sample_layer(data, sample.nodes.size(), options.node_width, options, 1);
    }
    const EdgeInputs edges = within(model.cutoff, sample.edges);
    require(edges.size() > 0, Advice{"set a larger cutoff in [model], or give denser data"},
            "no two particles of the training data are nearer than the cutoff {}", model.cutoff.radius);
    if (options.edge_width > 0)
        model.edge = sample_layer(bond_data(edges, model.radial_transform), edges.size(), options.edge_width,
                                  options, 2);
    model.message = sample_layer(message_data(edges, model), edges.size(), options.message_width, options, 3);
    return model;
}

}  // namespace rfhgn::model
