#include "rfhgn/model/model.hpp"

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/pairwise/tabulated_model.hpp"

#include "other_model.hpp"

namespace rfhgn::model {

namespace {

// Numbers are all that is seen of species: a name under another number is another species.
void require_same_names(const potential::SpeciesNames& known, const Facts& facts) {
    require(potential::agree(known, facts.species_names),
            Advice{fmt::format("number them as the model does: rfhgn convert FILE NEW --symbols {}",
                               fmt::join(known, ","))},
            "the model numbers its species {}, but {} {}", potential::numbered(known), facts.name,
            potential::numbered(facts.species_names));
}

}  // namespace

void require_alike(const Facts& known, const Facts& met) {
    require(known.dimension == met.dimension, other_model, "{} has dimension {}, but {} has {}", known.name,
            known.dimension, met.name, met.dimension);
    require(known.units.empty() || met.units.empty() || known.units == met.units, other_model,
            "{} is in units '{}', but {} is in '{}'", known.name, known.units, met.name, met.units);
    const auto listed = [](const std::vector<std::string>& names) {
        return names.empty() ? std::string("none") : fmt::format("{}", fmt::join(names, ", "));
    };
    require(known.edge_attribute_names == met.edge_attribute_names, other_model,
            "{} has the edge attributes ({}), but {} has ({})", known.name,
            listed(known.edge_attribute_names), met.name, listed(met.edge_attribute_names));
}

void Model::require_match(const Facts& facts, Purpose purpose) const {
    require_same_names(species_names, facts);
    match(facts, purpose);
    require_alike({.name = "the model",
                   .dimension = dimension,
                   .units = units,
                   .edge_attribute_names = edge_attribute_names},
                  facts);
}

void Model::refuse(const std::string& what) const {
    require(false, Advice{"use another kind of model: see [model] encoding"},
            "a model with the encoding \"{}\" has no {}", encoding(), what);
    RFHGN_ASSERT(false);
}

ExtrapolationReport Model::extrapolation(const potential::Atoms& /*atoms*/,
                                         const potential::Neighbours& /*neighbours*/) const {
    refuse("training range");
}

std::string Model::describe(const Extrapolation& /*extrapolation*/) const {
    refuse("training range");
}

std::unique_ptr<Uncertainty> Model::uncertainty(const potential::Atoms& /*atoms*/,
                                                const potential::Neighbours& /*neighbours*/) const {
    refuse("standard deviations");
}

std::unique_ptr<TabulatedModel> Model::tabulate(const TabulateOptions& /*options*/) const {
    refuse("pair potentials that could be tabulated");
}

}  // namespace rfhgn::model
