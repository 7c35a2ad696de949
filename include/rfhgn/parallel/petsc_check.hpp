#pragma once

#include <petscsys.h>

#include "rfhgn/base/error.hpp"

namespace rfhgn::parallel {

/// Turns a PETSc error code into a RunError that names the call.
inline void petsc_check(PetscErrorCode code, const char* call) {
    if (code == 0) return;
    const char* text = nullptr;
    PetscErrorMessage(code, &text, nullptr);
    throw RunError(
        fmt::format("PETSc call {} failed with error {} ({})", call, code, text ? text : "unknown"));
}

}  // namespace rfhgn::parallel
