#include "rfhgn/model/archive.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

std::string to_text(const Extents& extents) {
    return fmt::format("[{}]", fmt::join(extents, ", "));
}

void ArchiveWriter::vector(const std::string& name, const std::vector<double>& values) {
    array(name, {static_cast<GlobalIndex>(values.size())}, values);
}

void ArchiveWriter::layer(const std::string& name, const DenseLayer& layer) {
    group(name);
    attribute(name, "activation", to_string(layer.activation));
    array(name + "/weights", {layer.width, layer.inputs}, layer.weights);
    vector(name + "/biases", layer.biases);
    vector(name + "/mean", layer.mean);
    vector(name + "/inverse_scale", layer.inverse_scale);
}

void ArchiveWriter::posterior(const std::string& name, const Posterior& posterior) {
    if (!posterior.known()) return;
    const auto width = static_cast<GlobalIndex>(posterior.damping.size());
    group(name);
    attribute(name, "noise", posterior.noise);
    attribute(name, "ridge_noise", posterior.ridge_noise);
    vector(name + "/damping", posterior.damping);
    // Column-major here, rows of the transpose there.
    array(name + "/factor_transposed", {width, width}, posterior.factor);
}

void ArchiveReader::require_extents(const std::string& name, const Extents& expected,
                                    const std::string& why) const {
    const auto found = extents(name);
    require(found == expected, Advice{}, "{}: {} has shape {}, but must have {} ({})", path(), name,
            to_text(found), to_text(expected), why);
}

std::vector<double> ArchiveReader::array(const std::string& name, const Extents& expected,
                                         const std::string& why) const {
    require_extents(name, expected, why);
    auto values = numbers(name);
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
    require(bad == values.end(), Advice{"train the model again"}, "{}: {} is {} at position {}", path(), name,
            bad == values.end() ? 0.0 : *bad, bad - values.begin());
    return values;
}

DenseLayer ArchiveReader::layer(const std::string& name, int inputs) const {
    constexpr GlobalIndex widest = 1 << 24;
    const auto weights = name + "/weights";
    const auto shape = extents(weights);
    require(shape.size() == 2 && shape[1] == inputs && shape[0] >= 1 && shape[0] <= widest, Advice{},
            "{}: {} has shape {}, but must have {} columns (inputs of the layer) and at least one row",
            path(), weights, to_text(shape), inputs);
    DenseLayer layer;
    layer.activation = parse_activation(text(name, "activation"));
    layer.inputs = inputs;
    layer.width = static_cast<int>(shape[0]);
    layer.weights = array(weights, shape, "of the layer");
    layer.biases = vector(name + "/biases", shape[0], "width of the layer");
    layer.mean = vector(name + "/mean", inputs, "inputs of the layer");
    layer.inverse_scale = vector(name + "/inverse_scale", inputs, "inputs of the layer");
    return layer;
}

Posterior ArchiveReader::posterior(const std::string& name, int width) const {
    if (!has(name)) return {};
    Posterior posterior;
    posterior.noise = number(name, "noise");
    posterior.ridge_noise = number(name, "ridge_noise");
    posterior.damping = vector(name + "/damping", width, "width of the layer");
    const auto factor = name + "/factor_transposed";
    posterior.factor = array(factor, {width, width}, "width of the layer");
    for (std::size_t m = 0; m < static_cast<std::size_t>(width); ++m)
        require(posterior.factor[m * static_cast<std::size_t>(width) + m] != 0,
                Advice{"train the model again"}, "{}: {} is singular: zero at position {} of the diagonal",
                path(), factor, m);
    return posterior;
}

}  // namespace rfhgn::model
