#pragma once

#include <string>

#include "rfhgn/base/input_file.hpp"

namespace rfhgn::io {

/// What the file declares to be HDF5's, checked against its seal. Throws InputError when that is more than
/// this machine can hold, or damaged. Local.
std::string model_bytes(const InputFile& file);

}  // namespace rfhgn::io
