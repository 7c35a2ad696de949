#pragma once

#include <string>
#include <vector>

#include "ridge_operator.hpp"

namespace rfhgn::linalg {

struct LsqrResult {
    std::vector<double> coefficients;  ///< θ of the solution, on every rank
    int iterations = 0;
    std::string reason;
};

/// KSP LSQR from zero on min |B s − rhs|; rhs is this rank's part of the range. PETSc options with the prefix
/// `-rfhgn_` apply. *Collective.* Throws RunError when PETSc or the row source fails.
LsqrResult run_lsqr(const parallel::Communicator& comm, RidgeOperator& op, std::vector<double>& rhs,
                    int iterations);

/// False when PETSc's indices cannot number the range. *Collective.*
bool fits_petsc(const parallel::Communicator& comm, const RidgeOperator& op);

}  // namespace rfhgn::linalg
