#include "energy_constant.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::training {

namespace {

// Sums over nodes and edges (half an edge for each end) of training snapshots whose energy is known.
struct EnergyTotals {
    double model_energy = 0;
    double edges = 0;
    double exact = 0;
};

// Energies are summed in batches: a model's features of all edges at once would need more memory than the
// data.
template <class Sum>
void in_batches(LocalIndex count, Sum&& sum) {
    constexpr LocalIndex batch = 512;
    for (LocalIndex begin = 0; begin < count; begin += batch) sum(begin, std::min(begin + batch, count));
}

double bond_length(const data::TrainingSet& set, const graph::Edge& edge) {
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    double squared = 0;
    for (std::size_t k = 0; k < d; ++k) {
        const double r = set.position[static_cast<std::size_t>(edge.first) * d + k] -
                         set.position[static_cast<std::size_t>(edge.second) * d + k];
        squared += r * r;
    }
    return std::sqrt(squared);
}

double squared_momentum(const data::TrainingSet& set, LocalIndex node) {
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    const auto p = std::span(set.momentum).subspan(static_cast<std::size_t>(node) * d, d);
    return std::inner_product(p.begin(), p.end(), p.begin(), 0.0);
}

struct Terms {
    std::unique_ptr<potential::KineticTerm> kinetic;
    std::unique_ptr<potential::PairTerm> pair;
};

// `set.known_energy` counts each snapshot once; the model's energy is summed over the same snapshots.
void add_energies(const data::TrainingSet& set, const Terms& terms, const model::Cutoff& cutoff,
                  EnergyTotals& totals) {
    const auto& graph = set.graph;
    const auto atoms = graph::atoms(graph, set.position, set.momentum);
    const auto neighbours = graph::neighbours(graph);
    const auto counts = [&](LocalIndex node) {
        const auto i = static_cast<std::size_t>(node);
        return node < graph.owned && set.energy_known[i] && !set.held_out[i];
    };
    std::vector<double> input;
    std::vector<double> slope;
    std::vector<double> energy;
    in_batches(graph.owned, [&](LocalIndex begin, LocalIndex end) {
        input.clear();
        for (LocalIndex i = begin; i < end; ++i) input.push_back(squared_momentum(set, i));
        slope.resize(input.size());
        energy.resize(input.size());
        terms.kinetic->evaluate(atoms, begin, input, slope, energy);
        for (LocalIndex i = begin; i < end; ++i)
            if (counts(i)) totals.model_energy += energy[static_cast<std::size_t>(i - begin)];
    });
    in_batches(graph.edge_count(), [&](LocalIndex begin, LocalIndex end) {
        const auto edges =
            std::span(graph.edges)
                .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
        input.clear();
        for (const auto& edge : edges) input.push_back(bond_length(set, edge));
        slope.resize(input.size());
        energy.resize(input.size());
        terms.pair->evaluate(atoms, neighbours, begin, input, slope, energy);
        for (std::size_t e = 0; e < edges.size(); ++e) {
            if (cutoff.beyond(input[e])) continue;
            const double ends = 0.5 * counts(edges[e].first) + 0.5 * counts(edges[e].second);
            totals.model_energy += ends * energy[e];
            totals.edges += ends;
        }
    });
    totals.exact += set.known_energy;
}

}  // namespace

void fix_energy_constant(const data::TrainingData& data, model::PairwiseModel& model) {
    if (model.cutoff.fixes_energy()) return;
    model::require_attributes(model, data.facts().edge_attribute_names);
    const Terms terms{model::make_kinetic_term(model), model::make_pair_term(model)};
    EnergyTotals totals;
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) { add_energies(set, terms, model.cutoff, totals); });
    });
    std::array<double, 3> sums{totals.model_energy, totals.edges, totals.exact};
    parallel::sum(data.comm(), std::span<double>(sums));
    if (sums[1] > 0) model.energy_per_edge = (sums[2] - sums[0]) / sums[1];
}

void fix_energy_constant(EnergySums& sums, model::PairwiseModel& model) {
    if (!model.kinetic_known) sums.kinetic.resize(model.kinetic_coefficients.size());
    sums.message.resize(model.message_coefficients.size());
    model.energy_per_edge = energy_per_edge(sums, model);
}

}  // namespace rfhgn::training
