#pragma once
/// Names of species in HDF5: an attribute of strings by number, which older programs pass over.

#include <string>

#include "rfhgn/potential/species_names.hpp"

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// None where the attribute is absent. Local. Throws InputError when a name is there twice.
potential::SpeciesNames read_species_names(const hdf5::Reader& file, const std::string& object,
                                           const std::string& attribute);

}  // namespace rfhgn::io
