#include "many_body_sample.hpp"

#include <algorithm>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/many_body/rows.hpp"
#include "rfhgn/model/many_body/sampling.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/potential/elements.hpp"

#include "pairwise/training_range_reducer.hpp"
#include "shared_rows.hpp"
#include "snapshot_neighbourhoods.hpp"

namespace rfhgn::training {

namespace {

namespace many_body = model::many_body;

constexpr GlobalIndex most_atoms = 4096;

// Species, and the shortest distance of each pair of them.
model::TrainingRange range_of(const data::TrainingData& data) {
    TrainingRangeReducer reducer(0, true);
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            const auto& graph = set.graph;
            for (LocalIndex i = 0; i < graph.owned; ++i)
                reducer.node(graph.species[static_cast<std::size_t>(i)], 0, 1);
            for (const auto& edge : graph.edges) {
                const auto a = static_cast<std::size_t>(edge.first);
                const auto b = static_cast<std::size_t>(edge.second);
                double squared = 0;
                for (std::size_t k = 0; k < 3; ++k) {
                    const double apart = set.position[3 * a + k] - set.position[3 * b + k];
                    squared += apart * apart;
                }
                reducer.edge(model::unordered(graph.species[a], graph.species[b]), std::sqrt(squared), {});
            }
        });
    });
    return reducer.reduce(data.comm());
}

// Cores take over below the data.
void add_cores(const data::DataFacts& facts, const model::TrainingRange& range, bool wanted,
               many_body::Features& features) {
    auto& basis = features.basis;
    std::vector<double> charges;
    for (const int species : basis.species) {
        const auto s = static_cast<std::size_t>(species);
        const auto name = s < facts.species_names.size() ? facts.species_names[s] : std::string();
        charges.push_back(potential::atomic_number(name));
    }
    if (!wanted || std::find(charges.begin(), charges.end(), 0) != charges.end()) return;
    const model::SpeciesPairs pairs(basis.species);
    std::vector<double> shortest(static_cast<std::size_t>(pairs.pairs()),
                                 std::numeric_limits<double>::infinity());
    for (const auto& [pair, seen] : range.pairs)
        shortest[static_cast<std::size_t>(pairs.pair(pair.first, pair.second))] = seen.distance_min;
    basis.inner = many_body::inner_switches(shortest, charges);
    features.core = many_body::core_repulsion(basis, std::move(charges));
}

many_body::Features basis_of(const data::TrainingData& data, const model::SamplingOptions& sampling) {
    const auto range = range_of(data);
    require(!range.pairs.empty(), Advice{"set a larger cutoff in [model], or give denser data"},
            "no two particles of the training data are nearer than the cutoff {}",
            many_body_cutoff(sampling));
    const auto& keys = sampling.many_body;
    many_body::Features features;
    auto& basis = features.basis;
    basis.cutoff = many_body_cutoff(sampling);
    basis.cutoff_exponent = keys.cutoff_exponent;
    basis.radial = keys.radial;
    basis.angular = keys.angular;
    basis.degree4 = keys.degree;
    basis.degree3 = keys.degree + 1;
    basis.species.clear();
    basis.shortest_distance = std::numeric_limits<double>::infinity();
    for (const auto& [species, seen] : range.particles) basis.species.push_back(species);
    for (const auto& [pair, seen] : range.pairs)
        basis.shortest_distance = std::min(basis.shortest_distance, seen.distance_min);
    basis.embedding = many_body::default_embedding(basis.species.size());
    add_cores(data.facts(), range, keys.core, features);
    many_body::check(basis);
    return features;
}

// Invariants of atoms at even strides, and in the last column their species.
SharedRows sample_atoms(const data::TrainingData& data, many_body::RowMaker& maker) {
    const GlobalIndex nodes = data.facts().nodes;
    const Strides strides{nodes, std::min(nodes, most_atoms)};
    const auto count = maker.invariants().size();
    SharedRows rows(strides.picks, count + 1);
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            SnapshotNeighbourhoods neighbours(set);
            std::vector<double> values;
            std::vector<double> row(count + 1);
            for (LocalIndex first = 0; first < set.graph.owned;) {
                const LocalIndex end = set.snapshot_end(first);
                const auto atoms = static_cast<std::size_t>(end - first);
                const auto species =
                    std::span(set.graph.species).subspan(static_cast<std::size_t>(first), atoms);
                values.resize(atoms * count);
                maker.invariants(species, neighbours.of(first, end - first), values.data(), atoms);
                for (std::size_t i = 0; i < atoms; ++i) {
                    const auto at = static_cast<std::size_t>(first) + i;
                    const GlobalIndex pick = strides.pick_of(set.graph.node_id[at]);
                    if (pick < 0 || set.held_out[at]) continue;
                    for (std::size_t k = 0; k < count; ++k) row[k] = values[k * atoms + i];
                    row[count] = species[i];
                    rows.set(pick, row);
                }
                first = end;
            }
        });
    });
    rows.share(data.comm());
    return rows;
}

}  // namespace

double many_body_cutoff(const model::SamplingOptions& sampling) {
    return sampling.cutoff > 0 ? sampling.cutoff : default_many_body_cutoff;
}

many_body::Features many_body_features(const data::TrainingData& data,
                                       const model::SamplingOptions& sampling) {
    auto features = basis_of(data, sampling);
    const auto& keys = sampling.many_body;
    if (keys.neurons == 0) return features;
    many_body::RowMaker maker(features);
    const auto rows = sample_atoms(data, maker);
    const auto count = maker.invariants().size();
    std::vector<double> invariants;
    for (std::size_t k = 0; k < count; ++k) {
        const auto column = rows.column(k);
        invariants.insert(invariants.end(), column.begin(), column.end());
    }
    const auto numbers = rows.column(count);
    const std::vector<int> species(numbers.begin(), numbers.end());
    many_body::SamplingOptions options;
    options.sampler = sampling.sampler == "elm" ? many_body::SamplingOptions::Sampler::elm
                                                : many_body::SamplingOptions::Sampler::swim;
    options.neurons = keys.neurons;
    options.directions = std::min(keys.directions, static_cast<int>(count));
    options.steepness = sampling.steepness;
    options.weight_scale = sampling.weight_scale;
    options.seed = sampling.seed;
    many_body::sample_neurons(features, {invariants, species}, options);
    return features;
}

}  // namespace rfhgn::training
