#pragma once
/// What a run writes, held against what the disk has left before it begins.

#include <string>
#include <vector>

#include "rfhgn/workflow/stage_table.hpp"

namespace rfhgn::workflow {

struct PlannedFile {
    std::string name;  ///< of the output folder
    double bytes = 0;
    std::string cause;  ///< keys that decide how large it gets
};

/// What the stages write, largest first; files that stay small are left out. `ranks` keep factors.
/// *Collective.* Throws InputError like planned_system.
std::vector<PlannedFile> planned_files(const Context& context, const std::vector<const Stage*>& stages,
                                       int ranks);

/// Throws InputError where the output folder cannot be one, or where its file system has less space than the
/// stages will write; what is there of them already counts as space. *Collective.*
void require_disk_space(const Context& context, const std::vector<const Stage*>& stages);

}  // namespace rfhgn::workflow
