#include "rfhgn/model/pairwise/features.hpp"

#include <algorithm>

#include <Eigen/Core>

#include "rfhgn/base/error.hpp"

#include "layer_algebra.hpp"

namespace rfhgn::model {

namespace {

// Inputs of the edge layer, [1 + attributes][edges].
std::vector<double> bond_inputs(const PairwiseModel& model, const EdgeInputs& edges) {
    std::vector<double> inputs(edges.size());
    transform_distances(model.radial_transform, edges.distance, inputs, {});
    inputs.insert(inputs.end(), edges.attributes.begin(), edges.attributes.end());
    return inputs;
}

// Message-layer inputs [m_i, m_j (when seen), bond part] as one array [inputs][edges].
std::vector<double> message_inputs(const PairwiseModel& model, std::span<const double> bond,
                                   std::span<const double> mass_i, std::span<const double> mass_j) {
    std::vector<double> inputs;
    inputs.reserve(bond.size() + mass_i.size() + mass_j.size());
    if (model.mass_input_messages) {
        inputs.insert(inputs.end(), mass_i.begin(), mass_i.end());
        inputs.insert(inputs.end(), mass_j.begin(), mass_j.end());
    }
    inputs.insert(inputs.end(), bond.begin(), bond.end());
    return inputs;
}

// Slopes with respect to one raw input of a layer that sees it directly; added to `out` times one.
void add_direct_slopes(const DenseLayer& layer, const Matrix& x, int input, Target out, bool first) {
    std::vector<double> z(static_cast<std::size_t>(x.rows()));
    for (Eigen::Index m = 0; m < out.cols(); ++m) {
        pre_activation(layer, x, m, z);
        activate(layer.activation, z, {}, z);
        const Eigen::Map<const Eigen::ArrayXd> slope(z.data(), x.rows());
        if (first)
            out.col(m) = slope * input_slope(layer, m, input);
        else
            out.col(m).array() += slope * input_slope(layer, m, input);
    }
}

// Slopes through the edge encoder: σ'(W_M [.., h] + b) ∘ (W_M[:, h] · ∂h/∂r), as two matrix products.
void add_composed_slopes(const DenseLayer& message, const Matrix& x, const Matrix& bond_slope, Target out,
                         bool first) {
    const Eigen::Index bonds = bond_slope.cols();
    Matrix z = x * weights(message).transpose();
    Matrix dz = bond_slope * weights(message).rightCols(bonds).transpose();
    for (Eigen::Index m = 0; m < out.cols(); ++m) {
        z.col(m).array() += message.biases[static_cast<std::size_t>(m)];
        std::span<double> values(z.col(m).data(), static_cast<std::size_t>(z.rows()));
        activate(message.activation, values, {}, values);
        if (first)
            out.col(m) = z.col(m).cwiseProduct(dz.col(m));
        else
            out.col(m) += z.col(m).cwiseProduct(dz.col(m));
    }
}

struct BondEncoding {
    std::vector<double> values;  // [bonds][edges]
    Matrix slope;                // ∂(standardised bond input of the message layer)/∂r, [edges, bonds]
};

BondEncoding encode(const PairwiseModel& model, const EdgeInputs& edges) {
    const DenseLayer& layer = *model.edge;
    const auto points = edges.size();
    const Matrix x = standardise(layer, bond_inputs(model, edges), points);
    BondEncoding encoding;
    encoding.values.resize(points * static_cast<std::size_t>(layer.width));
    encoding.slope.resize(static_cast<Eigen::Index>(points), layer.width);
    Target values = target({encoding.values.data(), points}, points, layer.width);
    const int masses = model.mass_input_messages ? 2 : 0;
    for (Eigen::Index m = 0; m < layer.width; ++m) {
        const auto z = column(values, m);
        pre_activation(layer, x, m, z);
        std::span<double> slope(encoding.slope.col(m).data(), points);
        activate(layer.activation, z, z, slope);
        encoding.slope.col(m) *=
            input_slope(layer, m, 0) * model.message.inverse_scale[static_cast<std::size_t>(masses + m)];
    }
    return encoding;
}

}  // namespace

namespace {

BondEncoding seen_bonds(const PairwiseModel& model, const EdgeInputs& edges) {
    return model.edge ? encode(model, edges) : BondEncoding{bond_inputs(model, edges), {}};
}

// Slopes with respect to t(r), before the cutoff.
void raw_message_slopes(const PairwiseModel& model, const EdgeInputs& edges, FeatureMatrix slope) {
    const auto points = edges.size();
    Target out = target(slope, points, model.message.width);
    const BondEncoding bond = seen_bonds(model, edges);
    const auto one_direction = [&](std::span<const double> mass_i, std::span<const double> mass_j,
                                   bool first) {
        const Matrix x =
            standardise(model.message, message_inputs(model, bond.values, mass_i, mass_j), points);
        if (model.edge)
            add_composed_slopes(model.message, x, bond.slope, out, first);
        else
            add_direct_slopes(model.message, x, model.mass_input_messages ? 2 : 0, out, first);
    };
    one_direction(edges.first_mass, edges.second_mass, true);
    if (model.mass_input_messages) one_direction(edges.second_mass, edges.first_mass, false);
}

// Values before the cutoff.
void raw_message_values(const PairwiseModel& model, const EdgeInputs& edges, FeatureMatrix value) {
    const auto points = edges.size();
    const BondEncoding bond = seen_bonds(model, edges);
    layer_values(model.message, message_inputs(model, bond.values, edges.first_mass, edges.second_mass),
                 points, value);
    if (!model.mass_input_messages) return;
    Matrix back(static_cast<Eigen::Index>(points), model.message.width);
    layer_values(model.message, message_inputs(model, bond.values, edges.second_mass, edges.first_mass),
                 points, {back.data(), points});
    target(value, points, model.message.width) += back;
}

// f and df/dr of the cutoff.
struct Factors {
    Eigen::ArrayXd value;
    Eigen::ArrayXd slope;

    Factors(const Cutoff& cutoff, const std::vector<double>& r)
        : value(static_cast<Eigen::Index>(r.size())), slope(value.size()) {
        cut_off(cutoff, r, {value.data(), r.size()}, {slope.data(), r.size()});
    }
};

// The same edges at one distance.
EdgeInputs all_at(const EdgeInputs& edges, double distance) {
    EdgeInputs moved = edges;
    std::fill(moved.distance.begin(), moved.distance.end(), distance);
    return moved;
}

// Where a message's energy counts from, as the layers see it: the mean of the data that the layers were
// sampled from, which is fixed with them, whatever is learned later.
double mean_distance(const PairwiseModel& model) {
    const double seen =
        model.edge ? model.edge->mean[0] : model.message.mean[model.mass_input_messages ? 2 : 0];
    return distance_of(model.radial_transform, seen);
}

}  // namespace

void message_slopes(const PairwiseModel& model, const EdgeInputs& edges, FeatureMatrix slope) {
    const auto points = edges.size();
    if (points == 0) return;
    raw_message_slopes(model, edges, slope);
    Target out = target(slope, points, model.message.width);
    if (model.radial_transform != RadialTransform::distance) {
        Eigen::ArrayXd x(out.rows());
        Eigen::ArrayXd dx(out.rows());
        transform_distances(model.radial_transform, edges.distance, {x.data(), points}, {dx.data(), points});
        out.array().colwise() *= dx;
    }
    if (model.cutoff.none()) return;
    const Factors factor(model.cutoff, edges.distance);
    out.array().colwise() *= factor.value;
    if (!model.cutoff.smooth) return;
    Matrix value(out.rows(), out.cols());
    raw_message_values(model, edges, {value.data(), points});
    out.array() += value.array().colwise() * factor.slope;
}

void message_values(const PairwiseModel& model, const EdgeInputs& edges, FeatureMatrix value) {
    const auto points = edges.size();
    if (points == 0) return;
    raw_message_values(model, edges, value);
    Target out = target(value, points, model.message.width);
    const auto count_from = [&](double distance) {
        Matrix there(out.rows(), out.cols());
        raw_message_values(model, all_at(edges, distance), {there.data(), points});
        out -= there;
    };
    if (model.cutoff.none()) {
        if (!model.edge_attribute_names.empty() || model.mass_input_messages)
            count_from(mean_distance(model));
        return;
    }
    if (!model.cutoff.smooth) count_from(model.cutoff.radius);
    out.array().colwise() *= Factors(model.cutoff, edges.distance).value;
}

namespace {

std::vector<double> kinetic_inputs(const PairwiseModel& model, const NodeInputs& nodes) {
    std::vector<double> inputs;
    if (model.mass_input)
        for (const double mass : nodes.mass) inputs.push_back(1.0 / mass);
    inputs.insert(inputs.end(), nodes.squared_momentum.begin(), nodes.squared_momentum.end());
    return inputs;
}

}  // namespace

void kinetic_slopes(const PairwiseModel& model, const NodeInputs& nodes, FeatureMatrix slope) {
    const auto points = nodes.size();
    if (points == 0) return;
    const Matrix x = standardise(model.node, kinetic_inputs(model, nodes), points);
    add_direct_slopes(model.node, x, model.mass_input ? 1 : 0, target(slope, points, model.node.width), true);
}

void kinetic_values(const PairwiseModel& model, const NodeInputs& nodes, FeatureMatrix value) {
    const auto points = nodes.size();
    if (points == 0) return;
    layer_values(model.node, kinetic_inputs(model, nodes), points, value);
    NodeInputs rest = nodes;
    std::fill(rest.squared_momentum.begin(), rest.squared_momentum.end(), 0.0);
    Matrix at_rest(static_cast<Eigen::Index>(points), model.node.width);
    layer_values(model.node, kinetic_inputs(model, rest), points, {at_rest.data(), points});
    target(value, points, model.node.width) -= at_rest;
}

}  // namespace rfhgn::model
