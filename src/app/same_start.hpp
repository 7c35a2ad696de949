#pragma once

#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::app {

/// Throws InputError on every rank unless all ranks were started alike: with the same arguments, in the same
/// working folder, with the same PETSC_OPTIONS, from the same build. Ranks that are not would wait for each
/// other in different collectives, or write to different files; so this comes before all else. *Collective.*
void require_same_start(const parallel::Communicator& comm, const std::string& arguments);

}  // namespace rfhgn::app
