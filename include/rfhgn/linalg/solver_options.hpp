#pragma once

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::linalg {

/// Asks PETSc for the options of the solver of least-squares problems (-rfhgn_ksp_...), see
/// parallel/petsc_options.hpp. *Collective.* Throws RunError when PETSc refuses a value.
void ask_solver_options(const parallel::Communicator& comm);

}  // namespace rfhgn::linalg
