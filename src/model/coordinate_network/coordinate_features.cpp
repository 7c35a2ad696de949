#include "rfhgn/model/coordinate_network/coordinate_features.hpp"

#include <algorithm>

#include <Eigen/Core>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t messages_at_a_time = 1024;

/// A layer that takes inputs as they are: its standardisation is part of weights and biases.
struct Folded {
    Matrix weights;  // [width, inputs]
    Vector biases;
    Activation activation = Activation::tanh;

    explicit Folded(const DenseLayer& layer) : activation(layer.activation) {
        const Eigen::Map<const RowMajor> raw(layer.weights.data(), layer.width, layer.inputs);
        const Eigen::Map<const Vector> scale(layer.inverse_scale.data(), layer.inputs);
        const Eigen::Map<const Vector> mean(layer.mean.data(), layer.inputs);
        const Eigen::Map<const Vector> raw_biases(layer.biases.data(), layer.width);
        weights = raw * scale.asDiagonal();
        biases = raw_biases - weights * mean;
    }
};

struct Activated {
    Matrix value;  // [points, width]
    Matrix slope;
};

Activated activated(Activation activation, Matrix arguments) {
    Activated out{std::move(arguments), {}};
    out.slope.resize(out.value.rows(), out.value.cols());
    const auto size = static_cast<std::size_t>(out.value.size());
    activate(activation, {out.value.data(), size}, {out.value.data(), size}, {out.slope.data(), size});
    return out;
}

Activated through(const Folded& layer, const Matrix& inputs) {
    return activated(layer.activation,
                     (inputs * layer.weights.transpose()).rowwise() + layer.biases.transpose());
}

}  // namespace

void CoordinateInputs::node(const CoordinateNetwork& model, const potential::Atoms& atoms,
                            std::span<const double> coordinates, LocalIndex node, double* out) {
    const auto width = 2 * static_cast<std::size_t>(model.dimension);
    const auto i = static_cast<std::size_t>(node);
    std::copy_n(coordinates.begin() + static_cast<std::ptrdiff_t>(i * width), width, out);
    if (model.mass_input) out[width] = 1.0 / atoms.mass[i];
}

void CoordinateInputs::edge(const CoordinateNetwork& model, const potential::Neighbours& neighbours,
                            std::span<const double> coordinates, std::size_t edge, bool back, double* out) {
    const auto d = static_cast<std::size_t>(model.dimension);
    const double* const first =
        coordinates.data() + 2 * d * static_cast<std::size_t>(neighbours.edges[edge].first);
    const double* const second =
        coordinates.data() + 2 * d * static_cast<std::size_t>(neighbours.edges[edge].second);
    for (std::size_t k = 0; k < d; ++k) out[k] = back ? second[k] - first[k] : first[k] - second[k];
    const auto attributes = neighbours.row(edge);
    std::copy(attributes.begin(), attributes.end(), out + d);
}

struct CoordinateFeatures::Network {
    explicit Network(const CoordinateNetwork& model)
        : node(model.node), edge(model.edge), message(model.message) {
        const Eigen::Index h = model.node.width;
        to = message.weights.leftCols(h);
        from = message.weights.middleCols(h, h);
        along = message.weights.rightCols(model.edge.width);
    }
    Folded node;
    Folded edge;
    Folded message;
    Matrix to, from, along;  // weights of the messages for h_i, h_j, g_ij
};

/// Node features of a group and of the other ends of its edges, which follow the group's nodes.
struct CoordinateFeatures::Hidden {
    std::vector<LocalIndex> first;  // [edges of the group], rows of both ends
    std::vector<LocalIndex> second;
    Activated nodes;
    Matrix to;    // [nodes, message width], what a node adds to the argument of messages m_ij as i
    Matrix from;  // as j
};

CoordinateFeatures::CoordinateFeatures(const CoordinateNetwork& model, const potential::Atoms& atoms,
                                       const potential::Neighbours& neighbours,
                                       std::span<const double> coordinates)
    : model_(model),
      atoms_(atoms),
      neighbours_(neighbours),
      coordinates_(coordinates),
      network_(new Network(model)) {
    RFHGN_ASSERT(coordinates.size() ==
                 2 * static_cast<std::size_t>(atoms.size()) * static_cast<std::size_t>(atoms.dimension));
}

CoordinateFeatures::~CoordinateFeatures() = default;
CoordinateFeatures::CoordinateFeatures(CoordinateFeatures&&) noexcept = default;

CoordinateFeatures::Hidden CoordinateFeatures::hidden(const NodeGroup& group) const {
    Hidden hidden;
    const auto ends_of = [&](const NodeGroup::TouchingEdge& touching) {
        return neighbours_.edges[static_cast<std::size_t>(touching.edge)];
    };
    std::vector<LocalIndex> outside;
    for (const auto& touching : group.edges) {
        if (touching.first == NodeGroup::outside) outside.push_back(ends_of(touching).first);
        if (touching.second == NodeGroup::outside) outside.push_back(ends_of(touching).second);
    }
    std::sort(outside.begin(), outside.end());
    outside.erase(std::unique(outside.begin(), outside.end()), outside.end());
    const auto row_of = [&](LocalIndex node, LocalIndex place) {
        if (place != NodeGroup::outside) return place;
        const auto found = std::lower_bound(outside.begin(), outside.end(), node) - outside.begin();
        return static_cast<LocalIndex>(group.nodes.size() + static_cast<std::size_t>(found));
    };
    for (const auto& touching : group.edges) {
        hidden.first.push_back(row_of(ends_of(touching).first, touching.first));
        hidden.second.push_back(row_of(ends_of(touching).second, touching.second));
    }
    auto nodes = group.nodes;
    nodes.insert(nodes.end(), outside.begin(), outside.end());
    RowMajor inputs(static_cast<Eigen::Index>(nodes.size()), model_.node_inputs());
    for (std::size_t n = 0; n < nodes.size(); ++n)
        CoordinateInputs::node(model_, atoms_, coordinates_, nodes[n],
                               inputs.row(static_cast<Eigen::Index>(n)).data());
    hidden.nodes = through(network_->node, inputs);
    hidden.to = hidden.nodes.value * network_->to.transpose();
    hidden.from = hidden.nodes.value * network_->from.transpose();
    return hidden;
}

/// Calls use(i, j, edge features, messages) for batches of messages m_ij: i and j [batch] are rows of
/// `hidden`.
template <class Use>
void CoordinateFeatures::each_message(const NodeGroup& group, const Hidden& hidden, Use&& use) const {
    for (const bool back : {false, true}) {
        const auto& i = back ? hidden.second : hidden.first;
        const auto& j = back ? hidden.first : hidden.second;
        for (std::size_t begin = 0; begin < group.edges.size(); begin += messages_at_a_time) {
            const auto count = std::min(messages_at_a_time, group.edges.size() - begin);
            RowMajor inputs(static_cast<Eigen::Index>(count), model_.edge_inputs());
            for (std::size_t e = 0; e < count; ++e)
                CoordinateInputs::edge(model_, neighbours_, coordinates_,
                                       static_cast<std::size_t>(group.edges[begin + e].edge), back,
                                       inputs.row(static_cast<Eigen::Index>(e)).data());
            const auto edges = through(network_->edge, inputs);
            Matrix z = edges.value * network_->along.transpose();
            z.rowwise() += network_->message.biases.transpose();
            const auto ends = [&](const std::vector<LocalIndex>& rows) {
                return std::span(rows).subspan(begin, count);
            };
            for (std::size_t e = 0; e < count; ++e)
                z.row(static_cast<Eigen::Index>(e)) +=
                    hidden.to.row(i[begin + e]) + hidden.from.row(j[begin + e]);
            use(ends(i), ends(j), edges, activated(network_->message.activation, std::move(z)));
        }
    }
}

void CoordinateFeatures::derivatives(const NodeGroup& group, FeatureMatrix rows) const {
    const auto d = static_cast<Eigen::Index>(model_.dimension);
    const auto count = static_cast<Eigen::Index>(group.nodes.size());
    const Eigen::Index nodes = model_.node.width;
    const Eigen::Index messages = model_.message.width;
    // Coordinate c of all nodes of the group: every 2 d-th row.
    using Strided = Eigen::Map<Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
    const auto coordinate = [&](Eigen::Index c) {
        return Strided(rows.values + c, count, nodes + messages,
                       {static_cast<Eigen::Index>(rows.leading), 2 * d});
    };
    const auto& net = *network_;
    const Hidden hidden = this->hidden(group);
    for (Eigen::Index c = 0; c < 2 * d; ++c) coordinate(c).rightCols(messages).setZero();
    Matrix as_first = Matrix::Zero(count, messages);  // Σ_j σ'(m_ij), by node i of the group
    Matrix as_second = Matrix::Zero(count, messages);
    each_message(group, hidden, [&](auto i, auto j, const Activated& edges, const Activated& message) {
        const auto batch = static_cast<Eigen::Index>(i.size());
        for (Eigen::Index e = 0; e < batch; ++e) {
            const auto at = static_cast<std::size_t>(e);
            if (i[at] < count) as_first.row(i[at]) += message.slope.row(e);
            if (j[at] < count) as_second.row(j[at]) += message.slope.row(e);
        }
        for (Eigen::Index c = 0; c < d; ++c) {
            const Matrix g = edges.slope * net.edge.weights.col(c).asDiagonal();
            const Matrix pull = message.slope.cwiseProduct(g * net.along.transpose());
            auto out = coordinate(c);
            for (Eigen::Index e = 0; e < batch; ++e) {
                const auto at = static_cast<std::size_t>(e);
                if (i[at] < count) out.row(i[at]).tail(messages) += pull.row(e);
                if (j[at] < count) out.row(j[at]).tail(messages) -= pull.row(e);
            }
        }
    });
    for (Eigen::Index c = 0; c < 2 * d; ++c) {
        const Matrix h = hidden.nodes.slope.topRows(count) * net.node.weights.col(c).asDiagonal();
        auto out = coordinate(c);
        out.leftCols(nodes) = h;
        out.rightCols(messages) += as_first.cwiseProduct(h * net.to.transpose());
        out.rightCols(messages) += as_second.cwiseProduct(h * net.from.transpose());
    }
}

void CoordinateFeatures::slopes(const NodeGroup& group, std::span<double> slope) const {
    const auto d = static_cast<Eigen::Index>(model_.dimension);
    const auto count = static_cast<Eigen::Index>(group.nodes.size());
    const Eigen::Map<const Vector> theta(model_.coefficients.data(), model_.columns());
    const auto& net = *network_;
    const Hidden hidden = this->hidden(group);
    Matrix as_first = Matrix::Zero(count, model_.message.width);
    Matrix as_second = as_first;
    Eigen::Map<RowMajor> out(slope.data(), count, 2 * d);
    out.setZero();
    each_message(group, hidden, [&](auto i, auto j, const Activated& edges, const Activated& message) {
        const Matrix weighted = message.slope * theta.tail(model_.message.width).asDiagonal();
        const Matrix by_edge =
            (weighted * net.along).cwiseProduct(edges.slope) * net.edge.weights.leftCols(d);
        for (Eigen::Index e = 0; e < weighted.rows(); ++e) {
            const auto at = static_cast<std::size_t>(e);
            if (i[at] < count) {
                as_first.row(i[at]) += weighted.row(e);
                out.row(i[at]).head(d) += by_edge.row(e);
            }
            if (j[at] < count) {
                as_second.row(j[at]) += weighted.row(e);
                out.row(j[at]).head(d) -= by_edge.row(e);
            }
        }
    });
    Matrix by_node = as_first * net.to + as_second * net.from;
    by_node.rowwise() += theta.head(model_.node.width).transpose();
    out += by_node.cwiseProduct(hidden.nodes.slope.topRows(count)) * net.node.weights.leftCols(2 * d);
}

double CoordinateFeatures::energy(const NodeGroup& group) const {
    const auto count = static_cast<Eigen::Index>(group.nodes.size());
    const Eigen::Map<const Vector> theta(model_.coefficients.data(), model_.columns());
    const Hidden hidden = this->hidden(group);
    double energy = (hidden.nodes.value.topRows(count) * theta.head(model_.node.width)).sum() +
                    model_.energy_per_node * static_cast<double>(count);
    each_message(group, hidden, [&](auto i, auto j, const Activated&, const Activated& message) {
        const Vector of_message = message.value * theta.tail(model_.message.width);
        for (std::size_t e = 0; e < i.size(); ++e)
            energy += 0.5 * ((i[e] < count ? 1 : 0) + (j[e] < count ? 1 : 0)) *
                      of_message(static_cast<Eigen::Index>(e));
    });
    return energy;
}

}  // namespace rfhgn::model
