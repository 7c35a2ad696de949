#include "rfhgn/training/pairwise/reference_sample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "shared_rows.hpp"
#include "training_range_reducer.hpp"
#include "united.hpp"

namespace rfhgn::training {

namespace {

double squared_norm(std::span<const double> values, LocalIndex node, int dimension) {
    double sum = 0;
    for (int k = 0; k < dimension; ++k) {
        const double v = values[static_cast<std::size_t>(node) * static_cast<std::size_t>(dimension) +
                                static_cast<std::size_t>(k)];
        sum += v * v;
    }
    return sum;
}

double bond_length(const graph::DistributedGraph& graph, const graph::Edge& edge,
                   std::span<const double> positions) {
    double sum = 0;
    for (int k = 0; k < graph.dimension; ++k) {
        const double d =
            positions[static_cast<std::size_t>(edge.first) * static_cast<std::size_t>(graph.dimension) +
                      static_cast<std::size_t>(k)] -
            positions[static_cast<std::size_t>(edge.second) * static_cast<std::size_t>(graph.dimension) +
                      static_cast<std::size_t>(k)];
        sum += d * d;
    }
    return std::sqrt(sum);
}

}  // namespace

struct ReferenceSampler::State {
    Strides node_strides;
    Strides edge_strides;
    std::size_t attributes;
    bool by_species;
    SharedRows nodes{node_strides.picks, 2};
    SharedRows edges{edge_strides.picks, 3 + attributes};
    TrainingRangeReducer training_range{attributes, by_species};
    std::set<int> species{};

    void add_nodes(const graph::DistributedGraph& graph, std::span<const double> momenta,
                   std::span<const char> use) {
        for (LocalIndex i = 0; i < graph.owned; ++i) {
            const auto at = static_cast<std::size_t>(i);
            species.insert(graph.species[at]);
            if (!use[at]) continue;
            const double p2 = squared_norm(momenta, i, graph.dimension);
            training_range.node(graph.species[at], p2, graph.mass[at]);
            const GlobalIndex pick = node_strides.pick_of(graph.node_id[at]);
            if (pick >= 0) nodes.set(pick, std::array{p2, graph.mass[at]});
        }
    }

    void add_edges(const graph::DistributedGraph& graph, std::span<const double> positions,
                   std::span<const char> use) {
        std::vector<double> row(3 + attributes);
        for (std::size_t e = 0; e < graph.edges.size(); ++e) {
            const auto& edge = graph.edges[e];
            // A cut edge is reported by the owner of its first node only.
            if (edge.first >= graph.owned || !use[static_cast<std::size_t>(edge.first)]) continue;
            row[0] = bond_length(graph, edge, positions);
            training_range.edge(model::unordered(graph.species[static_cast<std::size_t>(edge.first)],
                                                 graph.species[static_cast<std::size_t>(edge.second)]),
                                row[0], graph.edge_attributes.row(e));
            const GlobalIndex pick = edge_strides.pick_of(graph.edge_id[e]);
            if (pick < 0) continue;
            row[1] = graph.mass[static_cast<std::size_t>(edge.first)];
            row[2] = graph.mass[static_cast<std::size_t>(edge.second)];
            const auto values = graph.edge_attributes.row(e);
            std::copy(values.begin(), values.end(), row.begin() + 3);
            edges.set(pick, row);
        }
    }
};

ReferenceSampler::ReferenceSampler(GlobalIndex total_nodes, GlobalIndex total_edges,
                                   std::size_t edge_attributes, bool by_species, GlobalIndex most)
    : state_(new State{.node_strides = {total_nodes, std::min(total_nodes, most)},
                       .edge_strides = {std::max<GlobalIndex>(total_edges, 1), std::min(total_edges, most)},
                       .attributes = edge_attributes,
                       .by_species = by_species}) {}

ReferenceSampler::~ReferenceSampler() = default;

void ReferenceSampler::add(const graph::DistributedGraph& graph, std::span<const double> positions,
                           std::span<const double> momenta, std::span<const char> use) {
    state_->add_nodes(graph, momenta, use);
    state_->add_edges(graph, positions, use);
}

model::ReferenceSample ReferenceSampler::share(const parallel::Communicator& comm) {
    auto& [node_strides, edge_strides, attributes, by_species, nodes, edges, training_range, species] =
        *state_;
    nodes.share(comm);
    edges.share(comm);
    model::ReferenceSample sample{{nodes.column(0), nodes.column(1)},
                                  {edges.column(0), {}, edges.column(1), edges.column(2), {}},
                                  training_range.reduce(comm),
                                  {}};
    for (const int s : united(comm, species)) sample.species.push_back(s);
    for (std::size_t c = 0; c < attributes; ++c) {
        const auto values = edges.column(3 + c);
        sample.edges.attributes.insert(sample.edges.attributes.end(), values.begin(), values.end());
    }
    // Shared rows are the same on every rank, so all throw together.
    require(sample.nodes.size() > 0, Advice{"hold out fewer snapshots"}, "no snapshot is left for training");
    require(sample.edges.size() > 0, Advice{"give the data set a graph with edges"},
            "the training snapshots have no edges, so there is no potential energy to learn");
    return sample;
}

model::ReferenceSample reference_sample(const parallel::Communicator& comm,
                                        const graph::DistributedGraph& graph,
                                        std::span<const double> positions, std::span<const double> momenta,
                                        std::span<const char> use, GlobalIndex most) {
    ReferenceSampler sampler(graph.total_nodes, graph.total_edges, graph.edge_attributes.columns(), true,
                             most);
    sampler.add(graph, positions, momenta, use);
    return sampler.share(comm);
}

}  // namespace rfhgn::training
