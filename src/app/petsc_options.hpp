#pragma once

#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::app {

/// Refuses PETSc options after '--' that nothing in this command asks for, and says aloud which ones the
/// environment variable PETSC_OPTIONS adds. *Collective.* Throws InputError on all ranks alike.
void check_petsc_options(const parallel::Communicator& comm, const workflow::CommandLine& command_line);

}  // namespace rfhgn::app
