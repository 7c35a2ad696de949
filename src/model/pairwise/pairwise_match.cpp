#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"

#include "other_model.hpp"

namespace rfhgn::model {

namespace {

void require_cutoff(const PairwiseModel& model, const Facts& facts) {
    require(!facts.boxes || !model.cutoff.none(), other_model,
            "the model was trained without a cutoff, but particles of {} live in boxes", facts.name);
    require(facts.cutoff == 0 || model.cutoff.radius == facts.cutoff, other_model,
            "the model was trained with the cutoff {:g}, but {} has {:g}", model.cutoff.radius, facts.name,
            facts.cutoff);
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
                potential::called(species, facts.species_names), describe(known));
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

}  // namespace

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

void PairwiseModel::match(const Facts& facts, Purpose purpose) const {
    require_cutoff(*this, facts);
    require_known_species(*this, facts, purpose);
    require_masses(*this, facts);
    if (purpose == Purpose::use) require_seen_pairs(*this, facts);
}

std::string layer_difference(const PairwiseModel& a, const PairwiseModel& b) {
    if (!(a.cutoff == b.cutoff) || a.radial_transform != b.radial_transform)
        return fmt::format("messages end {} and {}, of {} and {}", describe(a.cutoff), describe(b.cutoff),
                           to_string(a.radial_transform), to_string(b.radial_transform));
    if (!(a.species == b.species))
        return fmt::format("species are [{}] and [{}]", fmt::join(a.species.known(), ", "),
                           fmt::join(b.species.known(), ", "));
    if (a.kinetic_known != b.kinetic_known) return "one knows the kinetic energy, the other learned it";
    if (a.mass_input != b.mass_input || a.mass_input_messages != b.mass_input_messages)
        return "one sees masses, the other does not";
    if (a.edge.has_value() != b.edge.has_value()) return "one has an edge layer, the other has none";
    std::string difference = a.kinetic_known ? "" : layer_difference("node", a.node, b.node);
    if (difference.empty() && a.edge) difference = layer_difference("edge", *a.edge, *b.edge);
    return difference.empty() ? layer_difference("message", a.message, b.message) : difference;
}

}  // namespace rfhgn::model
