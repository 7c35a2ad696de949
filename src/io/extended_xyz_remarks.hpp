#pragma once

#include <vector>

#include "extended_xyz_names.hpp"
#include "text_data_set.hpp"

namespace rfhgn::io::xyz {

/// What a pass through the file has counted.
struct FileFacts {
    GlobalIndex configurations = 0;
    GlobalIndex trajectories = 0;     ///< that a key names
    GlobalIndex open = 0;             ///< configurations without periodic axes
    GlobalIndex partly_open = 0;      ///< with some
    GlobalIndex without_lattice = 0;  ///< whose box is made to hold the atoms, along some axis
    bool comment = false;             ///< some second line is no line of pairs
    bool ipi = false;                 ///< or one of i-PI
};

/// What the file holds under which name, in which units and with which signs, what goes before what, and what
/// is ignored. Local.
std::vector<Remark> remarks_of(const NameCensus& census, const Choice& choice, const FileFacts& facts,
                               const TextIndex& index);

}  // namespace rfhgn::io::xyz
