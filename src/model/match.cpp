#include "rfhgn/model/match.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/training_range.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "united.hpp"

namespace rfhgn::model {

namespace {

constexpr Advice other_model{"train a model on data of such a system, or use one that fits this model"};

// What every kind of model knows of its data.
template <class Model>
void require_same_kind(const Model& model, const Facts& facts) {
    require(model.dimension == facts.dimension, other_model, "the model has dimension {}, but {} has {}",
            model.dimension, facts.name, facts.dimension);
    require(facts.units.empty() || model.units == facts.units, other_model,
            "the model was trained in units '{}', but {} is in '{}'", model.units, facts.name, facts.units);
    const auto listed = [](const std::vector<std::string>& names) {
        return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", "));
    };
    require(model.edge_attribute_names == facts.edge_attribute_names, other_model,
            "the model was trained with edge attributes ({}), but {} has ({})",
            listed(model.edge_attribute_names), facts.name, listed(facts.edge_attribute_names));
}

void require_cutoff(const PairwiseModel& model, const Facts& facts) {
    require(!facts.boxes || !model.cutoff.none(), other_model,
            "the model was trained without a cutoff, but particles of {} live in boxes", facts.name);
    require(facts.cutoff == 0 || model.cutoff.radius == facts.cutoff, other_model,
            "the model was trained with the cutoff {:g}, but {} has {:g}", model.cutoff.radius, facts.name,
            facts.cutoff);
}

// Numbers are all that is seen of species: a name under another number is another species.
void require_same_names(const PairwiseModel& model, const Facts& facts) {
    require(potential::agree(model.species_names, facts.species_names),
            Advice{fmt::format("number them as the model does: tools/convert FILE NEW --symbols {}",
                               fmt::join(model.species_names, ","))},
            "the model numbers its species {}, but {} {}", potential::numbered(model.species_names),
            facts.name, potential::numbered(facts.species_names));
}

std::string called(int species, const potential::SpeciesNames& names) {
    const auto s = static_cast<std::size_t>(species);
    const bool named = species >= 0 && s < names.size() && !names[s].empty();
    return named ? fmt::format("{} ({})", species, names[s]) : std::to_string(species);
}

// Species with coefficients of their own; otherwise those of the training data, unless the model is not to
// tell species apart.
void require_known_species(const PairwiseModel& model, const Facts& facts, Purpose purpose) {
    const auto& seen = model.training_range.particles;
    auto known = model.species;
    if (known.known().empty()) {
        std::vector<int> of_data;
        for (const auto& [species, range] : seen) of_data.push_back(species);
        known = SpeciesPairs(of_data);
    }
    for (const int species : facts.species) {
        require(known.knows(species), other_model, "{} has particles of species {}, but {}", facts.name,
                called(species, facts.species_names), describe(known));
        require(purpose == Purpose::train || seen.empty() || seen.contains(species), other_model,
                "{} has particles of species {}, which no training snapshot had: the model learned nothing "
                "of them",
                facts.name, species);
    }
}

void require_seen_pairs(const PairwiseModel& model, const Facts& facts) {
    if (!model.training_range.by_species()) return;
    std::vector<std::string> unseen;
    for (const auto& pair : facts.pairs)
        if (!model.training_range.pairs.contains(pair)) unseen.push_back(describe(pair));
    require(unseen.empty(),
            Advice{"train on data in which such particles come near each other (more particles of these "
                   "species, or states in which they meet), or leave these species out"},
            "{} has particles of the species {} that can meet, but the training data never showed such a "
            "pair{}: the model has no force between them",
            facts.name, fmt::join(unseen, " and "),
            model.cutoff.none() ? "" : fmt::format(" nearer than the cutoff {:g}", model.cutoff.radius));
}

void require_masses(const PairwiseModel& model, const Facts& facts) {
    if (model.kinetic_known || model.mass_input || facts.mass_min > facts.mass_max) return;
    const double learned = model.training_range.all_particles.mass_min;
    const double other = facts.mass_min != learned ? facts.mass_min : facts.mass_max;
    require(other == learned, other_model,
            "{} has particles of mass {:g}, but the model learned the kinetic energy of mass {:g} only",
            facts.name, other, learned);
}

std::set<SpeciesPair> free_pairs(const std::map<int, GlobalIndex>& count) {
    std::set<SpeciesPair> pairs;
    for (const auto& [a, particles] : count)
        for (const auto& [b, others] : count)
            if (a < b || (a == b && particles > 1)) pairs.insert({a, b});
    return pairs;
}

}  // namespace

Facts facts_of(const systems::System& system) {
    Facts facts;
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

Facts facts_of(const PairwiseModel& model, const std::string& name) {
    const auto& training_range = model.training_range;
    Facts facts{.name = name,
                .dimension = model.dimension,
                .units = model.units,
                .edge_attribute_names = model.edge_attribute_names,
                .boxes = !model.cutoff.none(),
                .cutoff = model.cutoff.radius,
                .species = {model.species.known().begin(), model.species.known().end()},
                .species_names = model.species_names,
                .mass_min = training_range.all_particles.mass_min,
                .mass_max = training_range.all_particles.mass_max};
    for (const auto& [species, range] : training_range.particles) facts.species.insert(species);
    for (const auto& [pair, range] : training_range.pairs) facts.pairs.insert(pair);
    return facts;
}

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

void Census::tell(const parallel::Communicator& comm, Facts& facts) const {
    std::set<int> here;
    for (const auto& [species, particles] : count_) here.insert(species);
    facts.species = united(comm, here);
    facts.mass_min = parallel::min(comm, mass_min_);
    facts.mass_max = parallel::max(comm, mass_max_);
}

void Census::tell_joined(const parallel::Communicator& comm, Facts& facts) const {
    tell(comm, facts);
    facts.pairs = united(comm, joined_);
}

void Census::tell_free(const parallel::Communicator& comm, Facts& facts) const {
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

void require_match(const PairwiseModel& model, const Facts& facts, Purpose purpose) {
    require_same_kind(model, facts);
    require_cutoff(model, facts);
    require_same_names(model, facts);
    require_known_species(model, facts, purpose);
    require_masses(model, facts);
    if (purpose == Purpose::use) require_seen_pairs(model, facts);
}

void require_match(const CoordinateNetwork& model, const Facts& facts, Purpose /*purpose*/) {
    require(!facts.boxes, Advice{"use a model with [model] encoding = \"pairwise\""},
            "the model has the encoding '{}', which is for given graphs, but particles of {} live in boxes",
            model.encoding(), facts.name);
    require_same_kind(model, facts);
}

}  // namespace rfhgn::model
