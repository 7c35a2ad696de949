#include "rfhgn/model/many_body/model.hpp"

#include <algorithm>
#include <functional>

#include "rfhgn/base/error.hpp"

#include "model_arrays.hpp"

namespace rfhgn::model::many_body {

Columns::Columns(const Features& features, std::size_t invariant_count)
    : species(static_cast<int>(features.basis.species.size())),
      central(features.basis.embedding.central),
      invariants(static_cast<int>(invariant_count)),
      neurons(features.neurons.count) {}

Columns columns_of(const Features& features) {
    return {features, make_invariants(features.basis).size()};
}

std::vector<ColumnInfo> describe_columns(const Features& features) {
    const auto set = make_invariants(features.basis);
    const Columns columns(features, set.size());
    std::vector<ColumnInfo> info(static_cast<std::size_t>(columns.species));
    for (int m = 0; m < columns.central; ++m)
        for (const auto& invariant : set.invariants)
            info.push_back({.kind = ColumnInfo::Kind::invariant,
                            .factors = invariant.factors,
                            .degree = invariant.degree,
                            .species_factors = invariant.species_factors,
                            .central = m});
    info.resize(static_cast<std::size_t>(columns.size()), {.kind = ColumnInfo::Kind::neuron});
    return info;
}

namespace {

void check_neurons(const Features& features, std::size_t invariants) {
    const Neurons& neurons = features.neurons;
    if (neurons.count == 0) return;
    const auto count = static_cast<std::size_t>(neurons.count);
    const auto directions = static_cast<std::size_t>(features.projection.directions);
    require(neurons.count > 0 && directions > 0 && features.projection.mean.size() == invariants &&
                features.projection.matrix.size() == invariants * directions,
            {}, "the projection of a many-body model does not belong to its {} invariants", invariants);
    require(neurons.weights.size() == directions * count &&
                neurons.biases.size() == count * features.basis.species.size(),
            {}, "{} neurons have {} weights and {} biases", count, neurons.weights.size(),
            neurons.biases.size());
}

}  // namespace

void check(const Model& model) {
    const Features& features = model.features;
    const auto set = make_invariants(features.basis);
    check_neurons(features, set.size());
    const Columns columns(features, set.size());
    const auto& kept = model.columns;
    const auto expected = kept.empty() ? static_cast<std::size_t>(columns.size()) : kept.size();
    require(model.coefficients.size() == expected, {}, "a many-body model of {} columns has {} coefficients",
            expected, model.coefficients.size());
    require(kept.empty() || (kept.front() >= 0 && kept.back() < columns.size() &&
                             std::ranges::adjacent_find(kept, std::greater_equal<>()) == kept.end()),
            {}, "columns of a many-body model are ascending, from 0 to {}", columns.size() - 1);
    const auto& core = features.core;
    const auto pairs = columns.species * (columns.species + 1) / 2;
    require(core.none() || (core.charge.size() == features.basis.species.size() &&
                            core.range.size() == static_cast<std::size_t>(pairs)),
            {}, "a core repulsion has {} charges and {} ranges for {} species", core.charge.size(),
            core.range.size(), columns.species);
}

WholeArrays whole_arrays(const Model& model, const InvariantSet& set) {
    const Columns columns(model.features, set.size());
    WholeArrays arrays{.coefficients = std::vector<double>(static_cast<std::size_t>(columns.size())),
                       .invariants = std::vector<bool>(set.size()),
                       .neurons = std::vector<bool>(static_cast<std::size_t>(columns.neurons))};
    for (std::size_t k = 0; k < model.coefficients.size(); ++k) {
        const int column = model.columns.empty() ? static_cast<int>(k) : model.columns[k];
        arrays.coefficients[static_cast<std::size_t>(column)] = model.coefficients[k];
        if (column >= columns.first_neuron())
            arrays.neurons[static_cast<std::size_t>(column - columns.first_neuron())] = true;
        else if (column >= columns.species)
            arrays.invariants[static_cast<std::size_t>((column - columns.species) % columns.invariants)] =
                true;
    }
    return arrays;
}

}  // namespace rfhgn::model::many_body
