#pragma once
/// Names of species: what tells whether two files mean the same by the number of a species.

#include <string>
#include <vector>

namespace rfhgn::potential {

/// By number, such as chemical symbols; empty where no particle has the number. An empty list: not known.
using SpeciesNames = std::vector<std::string>;

/// "0 Ar, 1 Kr"; "not named" without names.
std::string numbered(const SpeciesNames& names);

/// "1", or "1 (Kr)" where it has a name.
std::string called(int species, const SpeciesNames& names);

/// Whether every name is there once only.
bool distinct(const SpeciesNames& names);

/// Whether no number has two names, and no name two numbers. Names that are not known agree with any.
bool agree(const SpeciesNames& a, const SpeciesNames& b);

/// What either knows; they must agree.
SpeciesNames united(SpeciesNames a, const SpeciesNames& b);

/// The names in the numbering of `as`; those that `as` has not follow, each with a number that is new to
/// both.
SpeciesNames renamed(const SpeciesNames& names, const SpeciesNames& as);

}  // namespace rfhgn::potential
