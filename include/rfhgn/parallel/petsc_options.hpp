#pragma once
/// Options that users give PETSc act when some object asks for them, and otherwise not at all, silently. What
/// a command may ask for is asked before it runs.

#include <string>
#include <vector>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// Names ("-sf_typ") that nothing has asked for so far, of the options of the command line and of the
/// environment variable PETSC_OPTIONS. Local, the same on every rank.
std::vector<std::string> unasked_petsc_options();
/// Those that the environment variable PETSC_OPTIONS gives; empty when it is not set. Local.
std::vector<std::string> petsc_options_of_environment();

/// Asks for the options of PETSc itself and of halo exchanges (-sf_...). *Collective.*
void ask_halo_options(const Communicator& comm);
/// Asks for those of graph partitioners (-mat_partitioning_...). *Collective.*
void ask_partitioner_options(const Communicator& comm);

}  // namespace rfhgn::parallel
