#include "rfhgn/training/train.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::training {

namespace {

using parallel::ScopedPhase;

model::PairwiseModel sample(const TrainingData& data, const model::SamplingOptions& options) {
    const auto& facts = data.facts();
    model::ReferenceSampler sampler(facts.nodes, facts.edges, facts.edge_attribute_names.size());
    parallel::together(data.comm(), [&] {
        data.visit([&](const TrainingSet& set) {
            std::vector<char> use(set.held_out.size());
            std::transform(set.held_out.begin(), set.held_out.end(), use.begin(),
                           [](char held) { return held ? 0 : 1; });
            sampler.add(set.graph, set.position, set.momentum, use);
        });
    });
    return model::sample_model(sampler.share(data.comm()), options, facts.dimension,
                               facts.edge_attribute_names);
}

// Sums over nodes and edges (half an edge for each end) of training snapshots whose energy is known.
struct EnergyTotals {
    double model_energy = 0;
    double edges = 0;
    double exact = 0;
};

// `set.known_energy` counts each snapshot once; the model's energy is summed over the same snapshots.
void add_energies(const TrainingSet& set, const systems::PairHamiltonian& hamiltonian, EnergyTotals& totals) {
    const auto counts = [&](LocalIndex node) {
        const auto i = static_cast<std::size_t>(node);
        return set.energy_known[i] && !set.held_out[i];
    };
    const auto& graph = set.graph;
    const auto d = static_cast<std::size_t>(graph.dimension);
    std::vector<double> squared(static_cast<std::size_t>(graph.owned), 0.0);
    for (std::size_t k = 0; k < squared.size() * d; ++k) squared[k / d] += set.momentum[k] * set.momentum[k];
    std::vector<double> slope(squared.size());
    std::vector<double> energy(squared.size());
    hamiltonian.kinetic().evaluate(graph, 0, squared, slope, energy);
    for (LocalIndex i = 0; i < graph.owned; ++i)
        if (counts(i)) totals.model_energy += energy[static_cast<std::size_t>(i)];

    std::vector<double> distance(graph.edges.size(), 0.0);
    for (std::size_t e = 0; e < distance.size(); ++e) {
        for (std::size_t k = 0; k < d; ++k) {
            const double r = set.position[static_cast<std::size_t>(graph.edges[e].first) * d + k] -
                             set.position[static_cast<std::size_t>(graph.edges[e].second) * d + k];
            distance[e] += r * r;
        }
        distance[e] = std::sqrt(distance[e]);
    }
    slope.resize(distance.size());
    energy.resize(distance.size());
    hamiltonian.pair().evaluate(graph, 0, distance, slope, energy);
    for (LocalIndex e = 0; e < graph.edge_count(); ++e) {
        const auto& ends = graph.edges[static_cast<std::size_t>(e)];
        for (const LocalIndex end : {ends.first, ends.second})
            if (end < graph.owned && counts(end)) {
                totals.model_energy += 0.5 * energy[static_cast<std::size_t>(e)];
                totals.edges += 0.5;
            }
    }
    totals.exact += set.known_energy;
}

// θ_0 is not seen by the vector field. It is shared out over edges: energies of larger systems then come out
// right.
void fix_energy_constant(const TrainingData& data, model::PairwiseModel& model) {
    const auto hamiltonian = model::make_hamiltonian(model, data.facts().edge_attribute_names);
    const auto& pairwise = dynamic_cast<const systems::PairHamiltonian&>(*hamiltonian);
    EnergyTotals totals;
    parallel::together(data.comm(), [&] {
        data.visit([&](const TrainingSet& set) { add_energies(set, pairwise, totals); });
    });
    std::array<double, 3> sums{totals.model_energy, totals.edges, totals.exact};
    parallel::sum(data.comm(), std::span<double>(sums));
    if (sums[1] > 0) model.energy_per_edge = (sums[2] - sums[0]) / sums[1];
}

}  // namespace

int widest_problem(const model::SamplingOptions& sampling) {
    return std::max(sampling.message_width, sampling.kinetic == "known" ? 1 : sampling.node_width);
}

TrainingResult train(const TrainingData& data, const model::SamplingOptions& sampling,
                     const TrainingOptions& options) {
    TrainingResult result;
    {
        const ScopedPhase phase(result.times, "sampling");
        result.model = sample(data, sampling);
    }
    {
        const ScopedPhase phase(result.times, "solve");
        if (!result.model.kinetic_known) {
            const auto rows = data.kinetic_rows(result.model);
            auto solution = linalg::solve(data.comm(), *rows, options.least_squares);
            result.model.kinetic_coefficients = std::move(solution.coefficients);
            result.kinetic = std::move(solution.report);
        }
        const auto rows = data.message_rows(result.model);
        auto solution = linalg::solve(data.comm(), *rows, options.least_squares);
        result.model.message_coefficients = std::move(solution.coefficients);
        result.message = std::move(solution.report);
    }
    const ScopedPhase phase(result.times, "errors");
    fix_energy_constant(data, result.model);
    const auto hamiltonian = model::make_hamiltonian(result.model, data.facts().edge_attribute_names);
    const auto errors = vector_field_errors(data, *hamiltonian);
    result.training = errors.training;
    result.held_out = errors.held_out;
    return result;
}

TrainingResult train(const TrainingSet& set, const model::SamplingOptions& sampling,
                     const TrainingOptions& options) {
    return train(*borrow(set), sampling, options);
}

}  // namespace rfhgn::training
