#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/pairwise/features.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"

namespace rfhgn::training {

namespace {

constexpr std::size_t batch = 2048;

std::size_t index(LocalIndex i) {
    return static_cast<std::size_t>(i);
}

// sums[f] += Σ weight[i] value(i, f)
void add_features(const std::vector<double>& values, std::span<const double> weights,
                  std::vector<double>& sums) {
    const std::size_t count = weights.size();
    for (std::size_t f = 0; f < sums.size(); ++f)
        sums[f] += std::inner_product(weights.begin(), weights.end(),
                                      values.begin() + static_cast<std::ptrdiff_t>(f * count), 0.0);
}

// sums[m pairs + pair[i]] += weight[i] value(i, m)
void add_features(const std::vector<double>& values, std::span<const double> weights,
                  const std::vector<int>& pair, std::size_t pairs, std::vector<double>& sums) {
    if (pairs == 1) return add_features(values, weights, sums);
    const std::size_t count = weights.size();
    for (std::size_t m = 0; m * pairs < sums.size(); ++m)
        for (std::size_t i = 0; i < count; ++i)
            sums[m * pairs + index(pair[i])] += weights[i] * values[m * count + i];
}

bool counts(const data::TrainingSet& set, LocalIndex node) {
    return node < set.graph.owned && set.energy_known[index(node)] && !set.held_out[index(node)];
}

void add_nodes(const data::TrainingSet& set, const model::PairwiseModel& model, EnergySums& sums) {
    const auto d = index(set.graph.dimension);
    model::NodeInputs nodes;
    std::vector<double> values;
    const auto flush = [&] {
        values.resize(nodes.size() * sums.kinetic.size());
        model::kinetic_values(model, nodes, {values.data(), nodes.size()});
        add_features(values, std::vector<double>(nodes.size(), 1.0), sums.kinetic);
        nodes = {};
    };
    for (LocalIndex i = 0; i < set.graph.owned; ++i) {
        if (!counts(set, i)) continue;
        const auto* p = set.momentum.data() + index(i) * d;
        const double squared = std::inner_product(p, p + d, p, 0.0);
        const double mass = set.graph.mass[index(i)];
        if (model.kinetic_known) {
            sums.kinetic[0] += squared / (2 * mass);
            continue;
        }
        nodes.squared_momentum.push_back(squared);
        nodes.mass.push_back(mass);
        if (nodes.size() == batch) flush();
    }
    if (nodes.size() > 0) flush();
}

// Half an edge for each of its ends that counts here.
void add_edges(const data::TrainingSet& set, const model::PairwiseModel& model, EnergySums& sums) {
    const auto& graph = set.graph;
    const auto atoms = graph::atoms(graph, set.position);
    const auto neighbours = graph::neighbours(graph);
    const auto d = index(graph.dimension);
    std::vector<double> values;
    for (std::size_t first = 0; first < graph.edges.size(); first += batch) {
        const std::size_t count = std::min(batch, graph.edges.size() - first);
        std::vector<double> distance(count);
        std::vector<double> weight(count);
        for (std::size_t e = 0; e < count; ++e) {
            const auto& ends = graph.edges[first + e];
            double squared = 0;
            for (std::size_t k = 0; k < d; ++k) {
                const double r =
                    set.position[index(ends.first) * d + k] - set.position[index(ends.second) * d + k];
                squared += r * r;
            }
            distance[e] = std::sqrt(squared);
            if (model.cutoff.beyond(distance[e])) continue;
            weight[e] = 0.5 * ((counts(set, ends.first) ? 1 : 0) + (counts(set, ends.second) ? 1 : 0));
        }
        values.resize(count * index(model.message.width));
        const auto inputs =
            model::edge_inputs(model, atoms, neighbours, static_cast<LocalIndex>(first), distance);
        model::message_values(model, inputs, {values.data(), count});
        add_features(values, weight, inputs.pair, index(model.species.pairs()), sums.message);
        sums.edges += std::accumulate(weight.begin(), weight.end(), 0.0);
    }
}

double dot(const std::vector<double>& sums, const std::vector<double>& coefficients) {
    RFHGN_ASSERT(sums.size() == coefficients.size());
    return std::inner_product(sums.begin(), sums.end(), coefficients.begin(), 0.0);
}

}  // namespace

EnergySums energy_sums(const data::TrainingData& data, const model::PairwiseModel& model) {
    EnergySums sums;
    sums.kinetic.resize(model.kinetic_known ? 1 : index(model.node.width));
    sums.message.resize(index(model.message_columns()));
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            add_nodes(set, model, sums);
            add_edges(set, model, sums);
            sums.exact += set.known_energy;
        });
    });
    parallel::sum(data.comm(), std::span<double>(sums.kinetic));
    parallel::sum(data.comm(), std::span<double>(sums.message));
    sums.exact = parallel::sum(data.comm(), sums.exact);
    sums.edges = parallel::sum(data.comm(), sums.edges);
    return sums;
}

double energy_per_edge(const EnergySums& sums, const model::PairwiseModel& model) {
    if (sums.edges == 0 || model.cutoff.fixes_energy()) return 0;
    const double kinetic =
        model.kinetic_known ? sums.kinetic[0] : dot(sums.kinetic, model.kinetic_coefficients);
    return (sums.exact - kinetic - dot(sums.message, model.message_coefficients)) / sums.edges;
}

}  // namespace rfhgn::training
