#include "rfhgn/training/match_facts.hpp"

#include <algorithm>

#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "united.hpp"

namespace rfhgn::training {

namespace {

std::set<model::SpeciesPair> free_pairs(const std::map<int, GlobalIndex>& count) {
    std::set<model::SpeciesPair> pairs;
    for (const auto& [a, particles] : count)
        for (const auto& [b, others] : count)
            if (a < b || (a == b && particles > 1)) pairs.insert({a, b});
    return pairs;
}

}  // namespace

void Census::add_particles(std::span<const int> species, std::span<const double> mass) {
    for (const int s : species) ++count_[s];
    for (const double m : mass) {
        mass_min_ = std::min(mass_min_, m);
        mass_max_ = std::max(mass_max_, m);
    }
}

void Census::add_edges(const graph::DistributedGraph& graph) {
    for (const auto& edge : graph.edges)
        add_pair(graph.species[static_cast<std::size_t>(edge.first)],
                 graph.species[static_cast<std::size_t>(edge.second)]);
}

void Census::tell(const parallel::Communicator& comm, model::Facts& facts) const {
    std::set<int> here;
    for (const auto& [species, particles] : count_) here.insert(species);
    facts.species = united(comm, here);
    facts.mass_min = parallel::min(comm, mass_min_);
    facts.mass_max = parallel::max(comm, mass_max_);
}

void Census::tell_joined(const parallel::Communicator& comm, model::Facts& facts) const {
    tell(comm, facts);
    facts.pairs = united(comm, joined_);
}

void Census::tell_free(const parallel::Communicator& comm, model::Facts& facts) const {
    tell(comm, facts);
    std::vector<GlobalIndex> counts;
    for (const int species : facts.species) {
        const auto found = count_.find(species);
        counts.push_back(found == count_.end() ? 0 : found->second);
    }
    parallel::sum(comm, std::span<GlobalIndex>(counts));
    std::map<int, GlobalIndex> count;
    for (const int species : facts.species) count[species] = counts[count.size()];
    facts.pairs = free_pairs(count);
}

model::Facts facts_of(const systems::System& system) {
    model::Facts facts;
    facts.dimension = system.dimension();
    facts.units = system.units().name;
    facts.edge_attribute_names = system.edge_attribute_names();
    facts.boxes = system.follows_space();
    if (facts.boxes) facts.cutoff = system.cutoff();
    std::map<int, GlobalIndex> count;
    const auto counts = system.species_counts();
    for (std::size_t s = 0; s < counts.size(); ++s) {
        if (counts[s] == 0) continue;
        const auto mass = system.mass_of(static_cast<int>(s));
        facts.mass_min = std::min(facts.mass_min, mass.low);
        facts.mass_max = std::max(facts.mass_max, mass.high);
        facts.species.insert(static_cast<int>(s));
        count[static_cast<int>(s)] = counts[s];
    }
    facts.pairs = free_pairs(count);
    return facts;
}

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
    Census census;
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
