#pragma once

#include <utility>

#include <petscksp.h>

#include "rfhgn/parallel/petsc_check.hpp"

namespace rfhgn::linalg {

using parallel::petsc_check;

/// Owns one PETSc object. Creation and destruction are *Collective*.
template <class Handle, PetscErrorCode (*destroy)(Handle*)>
class PetscOwner {
  public:
    PetscOwner() = default;
    ~PetscOwner() { reset(); }
    PetscOwner(const PetscOwner&) = delete;
    PetscOwner& operator=(const PetscOwner&) = delete;
    PetscOwner(PetscOwner&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    PetscOwner& operator=(PetscOwner&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }

    [[nodiscard]] Handle get() const noexcept { return handle_; }
    /// For PETSc's Create functions; owns nothing before.
    [[nodiscard]] Handle* out() noexcept {
        reset();
        return &handle_;
    }

  private:
    void reset() noexcept {
        if (handle_) destroy(&handle_);
        handle_ = nullptr;
    }
    Handle handle_ = nullptr;
};

using PetscMatrix = PetscOwner<Mat, MatDestroy>;
using PetscVector = PetscOwner<Vec, VecDestroy>;
using PetscSolver = PetscOwner<KSP, KSPDestroy>;

}  // namespace rfhgn::linalg
