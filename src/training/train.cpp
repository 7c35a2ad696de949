#include "rfhgn/training/train.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "joined_rows.hpp"

namespace rfhgn::training {

namespace {

using parallel::ScopedPhase;

model::ReferenceSample reference(const TrainingData& data) {
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
    return sampler.share(data.comm());
}

// Keeps the first neurons: pruning left the others without coefficients.
void cut(model::DenseLayer& layer, std::size_t width) {
    layer.width = static_cast<int>(width);
    layer.weights.resize(width * static_cast<std::size_t>(layer.inputs));
    layer.biases.resize(width);
}

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

double bond_length(const TrainingSet& set, const graph::Edge& edge) {
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    double squared = 0;
    for (std::size_t k = 0; k < d; ++k) {
        const double r = set.position[static_cast<std::size_t>(edge.first) * d + k] -
                         set.position[static_cast<std::size_t>(edge.second) * d + k];
        squared += r * r;
    }
    return std::sqrt(squared);
}

double squared_momentum(const TrainingSet& set, LocalIndex node) {
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    const auto p = std::span(set.momentum).subspan(static_cast<std::size_t>(node) * d, d);
    return std::inner_product(p.begin(), p.end(), p.begin(), 0.0);
}

// `set.known_energy` counts each snapshot once; the model's energy is summed over the same snapshots.
void add_energies(const TrainingSet& set, const systems::PairHamiltonian& hamiltonian,
                  const model::Cutoff& cutoff, EnergyTotals& totals) {
    const auto& graph = set.graph;
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
        hamiltonian.kinetic().evaluate(graph, begin, input, slope, energy);
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
        hamiltonian.pair().evaluate(graph, begin, input, slope, energy);
        for (std::size_t e = 0; e < edges.size(); ++e) {
            if (cutoff.beyond(input[e])) continue;
            const double ends = 0.5 * counts(edges[e].first) + 0.5 * counts(edges[e].second);
            totals.model_energy += ends * energy[e];
            totals.edges += ends;
        }
    });
    totals.exact += set.known_energy;
}

// θ_0 is not seen by the vector field. It is shared out over edges: energies of larger systems then come out
// right.
void fix_energy_constant(const TrainingData& data, model::PairwiseModel& model) {
    if (model.cutoff.fixes_energy()) return;
    const auto hamiltonian = model::make_hamiltonian(model, data.facts().edge_attribute_names);
    const auto& pairwise = dynamic_cast<const systems::PairHamiltonian&>(*hamiltonian);
    EnergyTotals totals;
    parallel::together(data.comm(), [&] {
        data.visit([&](const TrainingSet& set) { add_energies(set, pairwise, model.cutoff, totals); });
    });
    std::array<double, 3> sums{totals.model_energy, totals.edges, totals.exact};
    parallel::sum(data.comm(), std::span<double>(sums));
    if (sums[1] > 0) model.energy_per_edge = (sums[2] - sums[0]) / sums[1];
}

// One part of the energy: what a solve fills in.
struct Part {
    model::DenseLayer& layer;
    std::vector<double>& coefficients;
    model::Posterior& posterior;
    linalg::LeastSquaresReport& report;
    std::size_t pairs = 1;  // of species, each with coefficients of its own
};

Part message_part(TrainingResult& result) {
    auto& model = result.model;
    return {model.message, model.message_coefficients, model.message_posterior, result.message,
            static_cast<std::size_t>(model.species.pairs())};
}

Part kinetic_part(TrainingResult& result) {
    auto& model = result.model;
    return {model.node, model.kinetic_coefficients, model.kinetic_posterior, result.kinetic};
}

// Takes a solution over, and cuts the layer to its coefficients.
void adopt(linalg::LeastSquaresSolution solution, const TrainingOptions& options, const Part& part) {
    part.coefficients = std::move(solution.coefficients);
    cut(part.layer, part.coefficients.size() / part.pairs);
    part.posterior = {};
    if (options.uncertainty && !solution.factor.empty())
        part.posterior = {solution.report.noise, solution.report.ridge_noise, std::move(solution.factor),
                          std::move(solution.damping)};
    part.report = std::move(solution.report);
}

// The constant from sums over features, cut to the features that are left.
void fix_energy_constant(EnergySums& sums, model::PairwiseModel& model) {
    if (!model.kinetic_known) sums.kinetic.resize(model.kinetic_coefficients.size());
    sums.message.resize(model.message_coefficients.size());
    model.energy_per_edge = energy_per_edge(sums, model);
}

// What will be left of the data and of those before them; triangles follow when they are solved.
Triangles begin_triangles(const TrainingData& data, const model::PairwiseModel& model,
                          const Triangles* earlier) {
    Triangles triangles;
    triangles.energies = energy_sums(data, model);
    triangles.snapshots = data.facts().snapshots;
    triangles.held_out_snapshots = data.facts().held_out_snapshots;
    if (!earlier) return triangles;
    triangles.energies = earlier->energies + triangles.energies;
    triangles.snapshots += earlier->snapshots;
    triangles.held_out_snapshots += earlier->held_out_snapshots;
    return triangles;
}

linalg::LeastSquaresSolution solve(const TrainingData& data, const char* problem,
                                   const linalg::RowSource& rows, const TrainingOptions& options,
                                   const linalg::TrianglePair* earlier, linalg::TrianglePair* kept) {
    auto solving = options.least_squares;
    if (options.keeper) solving.keeper = options.keeper(problem);
    auto solution = earlier ? linalg::solve(data.comm(), rows, solving, *earlier)
                            : linalg::solve(data.comm(), rows, solving);
    if (kept) *kept = std::move(solution.triangles);
    return solution;
}

// Rows of forces and, where they are to count, of energies.
std::unique_ptr<linalg::RowSource> message_problem(const TrainingData& data,
                                                   const model::PairwiseModel& model, double energy_weight) {
    auto forces = data.message_rows(model);
    if (energy_weight == 0) return forces;
    bool known = false;
    parallel::together(data.comm(), [&] {
        data.visit([&](const TrainingSet& set) {
            for (const double energy : set.energy) known |= std::isfinite(energy);
        });
    });
    require(parallel::any(data.comm(), known),
            Advice{"set [train] energy_weight to 0, or write /snapshots/energy to the data set"},
            "no snapshot of the data has a known energy, but [train] energy_weight is {}", energy_weight);
    return joined_rows(std::move(forces), data.energy_rows(model, energy_weight));
}

// Coefficients, errors and what is left behind, for layers that are there.
void fit(const TrainingData& data, const TrainingOptions& options, const Triangles* earlier,
         TrainingResult& result) {
    auto& model = result.model;
    auto& kept = result.triangles;
    {
        const ScopedPhase phase(result.times, "solve");
        if (options.keep_triangle || earlier) kept = begin_triangles(data, model, earlier);
        const auto solve_message = [&] {
            auto of_messages = options;
            of_messages.least_squares.pruning_unit = model.species.pairs();
            adopt(solve(data, "message", *message_problem(data, model, options.energy_weight), of_messages,
                        earlier ? &earlier->message : nullptr, kept ? &kept->message : nullptr),
                  options, message_part(result));
        };
        const auto solve_kinetic = [&] {
            if (model.kinetic_known) return;
            const auto rows = data.kinetic_rows(model);
            adopt(solve(data, "kinetic", *rows, options, earlier ? &earlier->kinetic : nullptr,
                        kept ? &kept->kinetic : nullptr),
                  options, kinetic_part(result));
        };
        // Energies need T before; steps of leapfrog have their middle where forces say.
        if (options.energy_weight > 0) solve_kinetic();
        solve_message();
        if (options.energy_weight == 0) solve_kinetic();
    }
    const ScopedPhase phase(result.times, "errors");
    if (kept) {
        fix_energy_constant(kept->energies, model);
    } else {
        fix_energy_constant(data, model);
    }
    const auto hamiltonian = model::make_hamiltonian(model, data.facts().edge_attribute_names);
    const auto errors = vector_field_errors(data, *hamiltonian);
    result.training = errors.training;
    result.held_out = errors.held_out;
}

}  // namespace

int widest_problem(const model::SamplingOptions& sampling) {
    if (!sampling.pairwise()) return sampling.node_width + sampling.message_width;
    return std::max(sampling.message_width, sampling.knows_kinetic() ? 1 : sampling.node_width);
}

int widest_problem(const model::PairwiseModel& layers) {
    return std::max(layers.message_columns(), layers.kinetic_known ? 1 : layers.node.width);
}

TrainingResult train(const TrainingData& data, const model::SamplingOptions& sampling,
                     const TrainingOptions& options) {
    TrainingResult result;
    {
        const ScopedPhase phase(result.times, "sampling");
        const auto& facts = data.facts();
        result.model =
            model::sample_model(reference(data), sampling, facts.dimension, facts.edge_attribute_names);
        if (!facts.units.empty()) result.model.units = facts.units;
    }
    fit(data, options, nullptr, result);
    return result;
}

TrainingResult train_layers(const TrainingData& data, const model::PairwiseModel& layers,
                            const TrainingOptions& options, const Triangles* earlier) {
    TrainingResult result;
    {
        const ScopedPhase phase(result.times, "sampling");
        require_fit(data, layers);
        result.model = layers;
        const auto domain = reference(data).domain;
        result.model.domain = earlier ? unite(layers.domain, domain) : domain;
    }
    fit(data, options, earlier, result);
    return result;
}

TrainingResult solve_layers(const parallel::Communicator& comm, const model::PairwiseModel& layers,
                            const Triangles& triangles, const TrainingOptions& options) {
    TrainingResult result;
    const ScopedPhase phase(result.times, "solve");
    result.model = layers;
    result.triangles = triangles;
    auto& model = result.model;
    adopt(linalg::solve(comm, triangles.message, options.least_squares), options, message_part(result));
    if (!model.kinetic_known)
        adopt(linalg::solve(comm, triangles.kinetic, options.least_squares), options, kinetic_part(result));
    fix_energy_constant(result.triangles->energies, model);
    return result;
}

TrainingResult train(const TrainingSet& set, const model::SamplingOptions& sampling,
                     const TrainingOptions& options) {
    return train(*borrow(set), sampling, options);
}

}  // namespace rfhgn::training
