#include "rfhgn/training/coordinate_network/coordinate_training.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/coordinate_network/body_frame.hpp"
#include "rfhgn/model/coordinate_network/coordinate_features.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/coordinate_network/coordinate_sampler.hpp"

namespace rfhgn::training {

namespace {

using parallel::ScopedPhase;

void require_known_options(const TrainingOptions& options, const std::string& encoding) {
    const auto& solving = options.least_squares;
    const char* key = options.rates != data::given_rates ? "rates"
                      : options.virial_weight.positive() ? "virial_weight"
                      : options.energy_weight.positive() ? "energy_weight"
                      : options.keep_factor              ? "keep_factor"
                      : solving.prune_tolerance > 0      ? "prune_tolerance"
                                                         : nullptr;
    require(key == nullptr, Advice{"leave the key out, or use [model] encoding = \"pairwise\""},
            "[train] {} is for pairwise models only, but [model] encoding is \"{}\"", key ? key : "",
            encoding);
}

// Coordinates of a set in the frames of its snapshots, of which this rank has all nodes.
std::vector<double> coordinates_of(const data::TrainingSet& set, const model::CoordinateNetwork& model) {
    RFHGN_ASSERT(set.graph.ghosts == 0);
    const auto atoms = atoms_of(set, set.position, set.momentum);
    potential::Exchange none;
    return model::body_frame_coordinates(atoms, model::body_frames_of(model, none, atoms));
}

model::CoordinateSample collect_sample(const data::TrainingData& data, bool absolute) {
    const auto& facts = data.facts();
    model::CoordinateNetwork frame_of;
    frame_of.absolute = absolute;
    CoordinateSampler sampler(facts.dimension, facts.nodes, facts.edges, facts.edge_attribute_names.size());
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            std::vector<char> use(set.held_out.size());
            std::transform(set.held_out.begin(), set.held_out.end(), use.begin(),
                           [](char held) { return held ? 0 : 1; });
            sampler.add(set.graph, coordinates_of(set, frame_of), use);
        });
    });
    return sampler.share(data.comm());
}

// θ_0 from the known energies of training snapshots, shared out over their nodes.
void fix_energy_constant(const data::TrainingData& data, model::CoordinateNetwork& model) {
    std::array<double, 3> sums{};  // exact, of the model, nodes
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            const auto coordinates = coordinates_of(set, model);
            const auto atoms = atoms_of(set, set.position);
            const auto neighbours = graph::neighbours(set.graph);
            const model::CoordinateFeatures features(model, atoms, neighbours, coordinates);
            model::NodeGrouper grouper(atoms, neighbours);
            constexpr std::size_t at_a_time = 512;
            std::vector<LocalIndex> nodes;
            const auto flush = [&] {
                if (!nodes.empty()) sums[1] += features.energy(grouper.group(nodes));
                sums[2] += static_cast<double>(nodes.size());
                nodes.clear();
            };
            for (LocalIndex i = 0; i < set.graph.owned; ++i) {
                const auto at = static_cast<std::size_t>(i);
                if (!set.energy_known[at] || set.held_out[at]) continue;
                nodes.push_back(i);
                if (nodes.size() == at_a_time) flush();
            }
            flush();
            sums[0] += set.known_energy;
        });
    });
    parallel::sum(data.comm(), std::span<double>(sums));
    if (sums[2] > 0) model.energy_per_node = (sums[0] - sums[1]) / sums[2];
}

}  // namespace

CoordinateTrainingResult train_coordinates(const data::TrainingData& data,
                                           const model::SamplingOptions& sampling,
                                           const TrainingOptions& options) {
    require_known_options(options, sampling.encoding);
    CoordinateTrainingResult result;
    auto& model = result.model;
    {
        const ScopedPhase phase(result.times, "sampling");
        const auto& facts = data.facts();
        model = model::sample_coordinate_network(collect_sample(data, sampling.encoding == "absolute"),
                                                 sampling, facts.dimension, facts.edge_attribute_names);
        if (!facts.units.empty()) model.units = facts.units;
    }
    {
        const ScopedPhase phase(result.times, "solve");
        auto solving = options.least_squares;
        if (options.keeper) solving.keeper = options.keeper(model.encoding());
        auto solution = linalg::solve(data.comm(), *coordinate_rows(data, model), solving);
        model.coefficients = std::move(solution.coefficients);
        result.fit = std::move(solution.report);
    }
    const ScopedPhase phase(result.times, "errors");
    fix_energy_constant(data, model);
    const auto errors = vector_field_errors(data, *model::make_force_field(model));
    result.training = errors.training;
    result.held_out = errors.held_out;
    return result;
}

}  // namespace rfhgn::training
