#include "rfhgn/training/coordinate_network/coordinate_sampler.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "rfhgn/base/error.hpp"

#include "shared_rows.hpp"

namespace rfhgn::training {

struct CoordinateSampler::State {
    std::size_t coordinates;  // of a node
    Strides node_strides;
    Strides edge_strides;
    SharedRows nodes;
    SharedRows edges;
    // largest mass, and largest of minus mass
    std::array<double, 2> extremes{-std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity()};
};

namespace {

Strides strides(GlobalIndex total, GlobalIndex most) {
    return {std::max<GlobalIndex>(total, 1), std::min(total, most)};
}

}  // namespace

CoordinateSampler::CoordinateSampler(int dimension, GlobalIndex total_nodes, GlobalIndex total_edges,
                                     std::size_t edge_attributes, GlobalIndex most) {
    const auto coordinates = 2 * static_cast<std::size_t>(dimension);
    const auto node = strides(total_nodes, most);
    const auto edge = strides(total_edges, most);
    state_.reset(new State{coordinates, node, edge, SharedRows(node.picks, coordinates + 1),
                           SharedRows(edge.picks, 2 * (coordinates + 1) + edge_attributes)});
}

CoordinateSampler::~CoordinateSampler() = default;

void CoordinateSampler::add(const graph::DistributedGraph& graph, std::span<const double> coordinates,
                            std::span<const char> use) {
    auto& state = *state_;
    const auto append = [&](std::vector<double>& row, LocalIndex node) {
        const auto at = static_cast<std::size_t>(node);
        const auto own = coordinates.subspan(at * state.coordinates, state.coordinates);
        row.insert(row.end(), own.begin(), own.end());
        row.push_back(graph.mass[at]);
    };
    for (LocalIndex i = 0; i < graph.owned; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (!use[at]) continue;
        state.extremes[0] = std::max(state.extremes[0], graph.mass[at]);
        state.extremes[1] = std::max(state.extremes[1], -graph.mass[at]);
        const GlobalIndex pick = state.node_strides.pick_of(graph.node_id[at]);
        if (pick < 0) continue;
        std::vector<double> row;
        append(row, i);
        state.nodes.set(pick, row);
    }
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const auto& edge = graph.edges[e];
        if (edge.first >= graph.owned || !use[static_cast<std::size_t>(edge.first)]) continue;
        const GlobalIndex pick = state.edge_strides.pick_of(graph.edge_id[e]);
        if (pick < 0) continue;
        std::vector<double> row;
        append(row, edge.first);
        append(row, edge.second);
        const auto attributes = graph.edge_attributes.row(e);
        row.insert(row.end(), attributes.begin(), attributes.end());
        state.edges.set(pick, row);
    }
}

model::CoordinateSample CoordinateSampler::share(const parallel::Communicator& comm) {
    auto& state = *state_;
    state.nodes.share(comm);
    state.edges.share(comm);
    parallel::max(comm, std::span<double>(state.extremes));
    model::CoordinateSample sample{state.nodes.rows(), state.edges.rows(), -state.extremes[1],
                                   state.extremes[0]};
    require(!sample.nodes.empty(), Advice{"hold out fewer snapshots"}, "no snapshot is left for training");
    require(!sample.edges.empty(), Advice{"give the data set a graph with edges"},
            "the training snapshots have no edges, so there are no messages to learn");
    return sample;
}

}  // namespace rfhgn::training
