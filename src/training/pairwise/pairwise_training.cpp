#include "rfhgn/training/pairwise/pairwise_training.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/match_facts.hpp"
#include "rfhgn/training/pairwise/reference_sample.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "energy_constant.hpp"
#include "target_solution.hpp"

namespace rfhgn::training {

namespace {

using parallel::ScopedPhase;

// Two joined particles at one place pull each other in no direction, and inverse powers overflow.
void require_apart(const data::TrainingSet& set) {
    const auto& graph = set.graph;
    const auto d = static_cast<std::size_t>(graph.dimension);
    constexpr double nearest = 1e-100;  // squared
    for (const auto& edge : graph.edges) {
        const auto a = static_cast<std::size_t>(edge.first);
        const auto b = static_cast<std::size_t>(edge.second);
        double squared = 0;
        for (std::size_t k = 0; k < d; ++k) {
            const double between = set.position[b * d + k] - set.position[a * d + k];
            squared += between * between;
        }
        if (squared >= nearest) continue;
        const auto owned = edge.first < graph.owned ? a : b;
        require(
            false, Advice{"remove the snapshot, or the bond"},
            "snapshot {}: the particles in rows {} and {} of the data set are joined and at the same place",
            set.first_snapshot + set.snapshot[owned], graph.node_id[a], graph.node_id[b]);
    }
}

model::ReferenceSample reference(const data::TrainingData& data, bool by_species) {
    const auto& facts = data.facts();
    ReferenceSampler sampler(facts.nodes, facts.edges, facts.edge_attribute_names.size(), by_species);
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            std::vector<char> use(set.held_out.size());
            std::transform(set.held_out.begin(), set.held_out.end(), use.begin(),
                           [](char held) { return held ? 0 : 1; });
            require_apart(set);
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

// One part of the energy: what a solve fills in.
struct Part {
    model::DenseLayer& layer;
    std::vector<double>& coefficients;
    model::Posterior& posterior;
    linalg::LeastSquaresReport& report;
    std::size_t pairs = 1;  // of species, each with coefficients of its own
};

Part message_part(PairwiseTrainingResult& result) {
    auto& model = result.model;
    return {model.message, model.message_coefficients, model.message_posterior, result.message,
            static_cast<std::size_t>(model.species.pairs())};
}

Part kinetic_part(PairwiseTrainingResult& result) {
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

// What will be left of the data and of those before them; R factors follow when they are solved.
RFactors begin_r_factors(const data::TrainingData& data, const model::PairwiseModel& model,
                         const RFactors* earlier) {
    RFactors r_factors;
    if (earlier) r_factors = *earlier;
    const auto energies = energy_sums(data, model);
    r_factors.energies = earlier ? earlier->energies + energies : energies;
    r_factors.snapshots += data.facts().snapshots;
    r_factors.held_out_snapshots += data.facts().held_out_snapshots;
    return r_factors;
}

// Coefficients, errors and what is left behind, for layers that are there.
void fit(const data::TrainingData& data, const TrainingOptions& options, const RFactors* earlier,
         PairwiseTrainingResult& result) {
    auto& model = result.model;
    auto& kept = result.r_factors;
    {
        const ScopedPhase phase(result.times, "solve");
        if (options.keep_factor || earlier) kept = begin_r_factors(data, model, earlier);
        const TargetKinds kinds = [&](Target target) -> TargetKind {
            return {row_kind(target, model, data.facts().dimension), silent_rows(target, data)};
        };
        const auto solve = [&](const std::vector<Target>& targets, const TrainingOptions& how) {
            return solve_targets(data, kinds, targets, how, earlier, kept ? &*kept : nullptr);
        };
        const auto solve_message = [&] {
            auto of_messages = options;
            of_messages.least_squares.pruning_unit = model.species.pairs();
            adopt(solve(asked_targets(options), of_messages), options, message_part(result));
        };
        const auto solve_kinetic = [&] {
            if (!model.kinetic_known)
                adopt(solve({Target::velocity}, options), options, kinetic_part(result));
        };
        // Energies need T before; steps of leapfrog have their middle where forces say.
        const bool kinetic_first = options.energy_weight.positive();
        if (kinetic_first) solve_kinetic();
        solve_message();
        if (!kinetic_first) solve_kinetic();
    }
    const ScopedPhase phase(result.times, "errors");
    if (kept) {
        fix_energy_constant(kept->energies, model);
    } else {
        fix_energy_constant(data, model);
    }
    const auto field = model::make_force_field(model, data.facts().edge_attribute_names);
    const auto errors = vector_field_errors(data, *field);
    result.training = errors.training;
    result.held_out = errors.held_out;
}

}  // namespace

PairwiseTrainingResult train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                             const TrainingOptions& options) {
    PairwiseTrainingResult result;
    {
        const ScopedPhase phase(result.times, "sampling");
        const auto& facts = data.facts();
        result.model = model::sample_model(reference(data, sampling.species), sampling, facts.dimension,
                                           facts.edge_attribute_names);
        if (!facts.units.empty()) result.model.units = facts.units;
        if (sampling.species) result.model.species_names = facts.species_names;
    }
    fit(data, options, nullptr, result);
    return result;
}

PairwiseTrainingResult train_layers(const data::TrainingData& data, const model::PairwiseModel& layers,
                                    const TrainingOptions& options, const RFactors* earlier) {
    PairwiseTrainingResult result;
    {
        const ScopedPhase phase(result.times, "sampling");
        const auto facts = match_facts(data, "the data set");
        parallel::together(data.comm(), [&] { layers.require_match(facts, model::Purpose::train); });
        result.model = layers;
        const bool by_species = layers.training_range.by_species() || !layers.species.known().empty();
        const auto training_range = model::within(layers.cutoff, reference(data, by_species).training_range);
        result.model.training_range =
            earlier ? model::unite(layers.training_range, training_range) : training_range;
        if (by_species)
            result.model.species_names = potential::united(layers.species_names, facts.species_names);
    }
    fit(data, options, earlier, result);
    return result;
}

PairwiseTrainingResult solve_layers(const parallel::Communicator& comm, const model::PairwiseModel& layers,
                                    const RFactors& r_factors, const TrainingOptions& options) {
    PairwiseTrainingResult result;
    const ScopedPhase phase(result.times, "solve");
    result.model = layers;
    result.r_factors = r_factors;
    auto& model = result.model;
    adopt(solve_kept(comm, {message_targets.begin(), message_targets.end()}, options, *result.r_factors),
          options, message_part(result));
    if (!model.kinetic_known)
        adopt(solve_kept(comm, {Target::velocity}, options, *result.r_factors), options,
              kinetic_part(result));
    fix_energy_constant(result.r_factors->energies, model);
    return result;
}

PairwiseTrainingResult train(const data::TrainingSet& set, const model::SamplingOptions& sampling,
                             const TrainingOptions& options) {
    return train(*data::borrow(set), sampling, options);
}

}  // namespace rfhgn::training
