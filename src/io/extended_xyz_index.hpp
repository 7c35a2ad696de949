#pragma once

#include "extended_xyz_names.hpp"
#include "text_data_set.hpp"

namespace rfhgn::io::xyz {

/// Goes through a file once: where configurations begin, which species there are, which names count, what
/// belongs together. `units` are those of files that name none. Of atoms only the species are looked at, and
/// how many words the first of each configuration has. The choice of names is in `own`. Local. Throws
/// InputError.
TextIndex make_index(const InputFile& file, const std::string& units);

}  // namespace rfhgn::io::xyz
