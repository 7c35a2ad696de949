#include "rfhgn/model/coordinate_network/coordinate_sampling.hpp"

#include "sample_layer.hpp"

namespace rfhgn::model {

namespace {

// Rows one after the other as data of a layer, [inputs][points].
std::vector<double> by_input(const std::vector<double>& rows, std::size_t inputs) {
    const std::size_t points = rows.size() / inputs;
    std::vector<double> data(rows.size());
    for (std::size_t i = 0; i < points; ++i)
        for (std::size_t k = 0; k < inputs; ++k) data[k * points + i] = rows[i * inputs + k];
    return data;
}

// Sampled edges in both directions: what each layer sees of them, as rows.
struct Directed {
    std::vector<double> first, second, edge;
};

Directed both_directions(const CoordinateNetwork& model, const CoordinateSample& sample) {
    const auto d = static_cast<std::size_t>(model.dimension);
    const std::size_t end = 2 * d + 1;
    const std::size_t width = 2 * end + model.edge_attribute_names.size();
    Directed rows;
    const auto add_node = [&](std::vector<double>& to, const double* node) {
        to.insert(to.end(), node, node + 2 * d);
        if (model.mass_input) to.push_back(1.0 / node[2 * d]);
    };
    for (std::size_t at = 0; at < sample.edges.size(); at += width)
        for (const bool back : {false, true}) {
            const double* const row = sample.edges.data() + at;
            const double* const i = row + (back ? end : 0);
            const double* const j = row + (back ? 0 : end);
            add_node(rows.first, i);
            add_node(rows.second, j);
            for (std::size_t k = 0; k < d; ++k) rows.edge.push_back(i[k] - j[k]);
            rows.edge.insert(rows.edge.end(), row + 2 * end, row + width);
        }
    return rows;
}

// Features [width][points] of points given as rows.
std::vector<double> features(const DenseLayer& layer, const std::vector<double>& rows) {
    const auto inputs = static_cast<std::size_t>(layer.inputs);
    const std::size_t points = rows.size() / inputs;
    std::vector<double> values(points * static_cast<std::size_t>(layer.width));
    layer_values(layer, by_input(rows, inputs), points, {values.data(), points});
    return values;
}

}  // namespace

CoordinateNetwork sample_coordinate_network(const CoordinateSample& sample, const SamplingOptions& options,
                                            int dimension,
                                            const std::vector<std::string>& edge_attribute_names) {
    CoordinateNetwork model;
    model.dimension = dimension;
    model.absolute = options.encoding == "absolute";
    model.edge_attribute_names = edge_attribute_names;
    model.mass_input = sample.mass_min != sample.mass_max;
    const std::size_t end = 2 * static_cast<std::size_t>(dimension) + 1;
    std::vector<double> nodes;
    for (std::size_t at = 0; at < sample.nodes.size(); at += end) {
        nodes.insert(nodes.end(), sample.nodes.begin() + static_cast<std::ptrdiff_t>(at),
                     sample.nodes.begin() + static_cast<std::ptrdiff_t>(at + end - 1));
        if (model.mass_input) nodes.push_back(1.0 / sample.nodes[at + end - 1]);
    }
    const auto inputs = static_cast<std::size_t>(model.node_inputs());
    model.node = sample_layer(by_input(nodes, inputs), nodes.size() / inputs, options.node_width, options, 1);
    const auto directed = both_directions(model, sample);
    const auto edge_inputs = static_cast<std::size_t>(model.edge_inputs());
    const std::size_t messages = directed.edge.size() / edge_inputs;
    model.edge = sample_layer(by_input(directed.edge, edge_inputs), messages,
                              options.edge_width > 0 ? options.edge_width : options.node_width, options, 2);
    auto seen = features(model.node, directed.first);
    for (const auto& part : {features(model.node, directed.second), features(model.edge, directed.edge)})
        seen.insert(seen.end(), part.begin(), part.end());
    model.message = sample_layer(seen, messages, options.message_width, options, 3);
    return model;
}

}  // namespace rfhgn::model
