#pragma once

#include <string>

namespace rfhgn::io::hdf5 {

/// Whether another process has the file open through HDF5, which locks files, in a way that excludes ours.
/// Local.
bool is_held(const std::string& path, bool for_writing);

}  // namespace rfhgn::io::hdf5
