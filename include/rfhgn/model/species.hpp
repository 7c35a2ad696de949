#pragma once
/// Species of particles, and what a model says of those that it knows.

#include <string>

#include <fmt/ranges.h>

#include "rfhgn/potential/species.hpp"

namespace rfhgn::model {

using potential::describe;
using potential::SpeciesPair;
using potential::SpeciesPairs;
using potential::unordered;

/// "the model knows the species 0, 1 only".
inline std::string describe(const SpeciesPairs& species) {
    return fmt::format("the model knows the species {} only", fmt::join(species.known(), ", "));
}

}  // namespace rfhgn::model
