#pragma once

#include <mpi.h>

namespace rfhgn::parallel {

/// A view of an MPI communicator with its rank and size. Copying is free; who created the MPI communicator
/// frees it.
class Communicator {
  public:
    explicit Communicator(MPI_Comm handle);

    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] int size() const noexcept { return size_; }
    [[nodiscard]] bool is_root() const noexcept { return rank_ == 0; }
    /// For libraries that need the raw handle (PETSc, HDF5).
    [[nodiscard]] MPI_Comm handle() const noexcept { return handle_; }

    /// The communicator of this rank alone.
    static Communicator self();

  private:
    MPI_Comm handle_;
    int rank_ = 0;
    int size_ = 1;
};

}  // namespace rfhgn::parallel
