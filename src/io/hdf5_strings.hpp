#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hdf5.h>

namespace rfhgn::io::hdf5 {

/// The `count` strings of an attribute, of fixed or variable length, whichever the file has: h5py writes
/// variable, H5MD asks for fixed. Fewer where HDF5 cannot read them. Local.
std::vector<std::string> read_strings(hid_t attribute, hid_t type, std::size_t count);

}  // namespace rfhgn::io::hdf5
