#pragma once

#include <string>

#include "hdf5_handle.hpp"

namespace rfhgn::io::hdf5 {

/// A file for reading. Local. Throws InputError.
Handle open_for_reading(const std::string& path);
/// The same of the bytes of a file, which must live as long; `path` is for messages.
Handle open_image(std::string& bytes, const std::string& path);

}  // namespace rfhgn::io::hdf5
