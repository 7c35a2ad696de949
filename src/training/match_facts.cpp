#include "rfhgn/training/match_facts.hpp"

#include "rfhgn/parallel/agreement.hpp"

namespace rfhgn::training {

model::Facts facts_of(const data::SnapshotTotals& totals, const std::string& name) {
    return {.name = name,
            .dimension = totals.dimension,
            .units = totals.units,
            .edge_attribute_names = totals.edge_attribute_names,
            .boxes = totals.boxes,
            .species_names = totals.species_names};
}

model::Facts match_facts(const data::TrainingData& data, const std::string& name) {
    const auto& of = data.facts();
    model::Facts facts{.name = name,
                       .dimension = of.dimension,
                       .units = of.units,
                       .edge_attribute_names = of.edge_attribute_names,
                       .species_names = of.species_names};
    model::Census census;
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            const auto owned = static_cast<std::size_t>(set.graph.owned);
            census.add_particles(std::span(set.graph.species).first(owned),
                                 std::span(set.graph.mass).first(owned));
            census.add_edges(set.graph);
        });
    });
    census.tell_joined(data.comm(), facts);
    return facts;
}

}  // namespace rfhgn::training
