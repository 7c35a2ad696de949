#pragma once
/// What a model meets, wherever it is used: every entrance asks Model::require_match the one question.

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "rfhgn/model/species.hpp"
#include "rfhgn/potential/species_names.hpp"

namespace rfhgn::model {

/// What a model meets, as far as it is known before anything is computed.
struct Facts {
    std::string name = "the system";  ///< in messages
    int dimension = 3;
    std::string units{};  ///< empty: not known
    std::vector<std::string> edge_attribute_names{};
    bool boxes = false;       ///< particles live in boxes, and edges follow from a cutoff
    double cutoff = 0;        ///< where its forces end; 0: not known
    std::set<int> species{};  ///< empty: not known
    potential::SpeciesNames species_names{};
    std::set<SpeciesPair> pairs{};  ///< species of particles that meet, or may; empty: not known
    double mass_min = std::numeric_limits<double>::infinity();  ///< above mass_max: not known
    double mass_max = -std::numeric_limits<double>::infinity();
};

/// Throws InputError unless what is met has the dimension, units and edge attributes of what is known. Local.
void require_alike(const Facts& known, const Facts& met);

/// What for: a model that is used must have seen in training what it meets; one whose training goes on must
/// only be able to learn it.
enum class Purpose { use, train };

}  // namespace rfhgn::model
