#pragma once
/// What an HDF5 data set holds and nobody reads: as a rule a name that was misspelt.

#include <string>
#include <vector>

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// "/snapshots/energies (/snapshots/energy?)" for every array of another name than those of the layout, and
/// for root attributes that look like one of them. Local.
std::vector<std::string> unread_names(const hdf5::Reader& file);

}  // namespace rfhgn::io
