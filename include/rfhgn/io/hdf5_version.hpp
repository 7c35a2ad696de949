#pragma once

#include <string>

namespace rfhgn::io {

/// "HDF5 1.10.8"; callable before MPI starts.
std::string hdf5_version();

}  // namespace rfhgn::io
