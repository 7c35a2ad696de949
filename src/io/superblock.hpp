#pragma once

#include <cstdint>
#include <optional>

#include "rfhgn/base/input_file.hpp"

namespace rfhgn::io {

/// Where the HDF5 file that a file begins with says that it ends: nothing behind it is HDF5's. None when the
/// file is no HDF5 file or keeps something else before it. Local.
std::optional<std::uint64_t> declared_end(const InputFile& file);

}  // namespace rfhgn::io
