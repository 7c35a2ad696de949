#pragma once

#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// What a data set, model or trajectory holds, with provenance, as text for people (`rfhgn info`); root
/// reads, every rank gets the text. *Collective.* Throws InputError when the file is absent, is not HDF5 or
/// is of no known format.
std::string inspect_file(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
