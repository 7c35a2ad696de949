#pragma once

#include <string>
#include <vector>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// Owns MPI and PETSc for the life of the program and holds every rank to one BLAS thread. Everything that
/// keeps a communicator or a PETSc object must be destroyed before it.
class Session {
  public:
    /// *Collective.* `petsc_options` are passed to PETSc as given ("-ksp_max_it", "7", ...); a .petscrc in
    /// the working directory is not read, so that runs repeat. Throws InputError when PETSc rejects an
    /// option.
    explicit Session(const std::vector<std::string>& petsc_options = {});
    /// *Collective* in a normal exit; while an exception unwinds it finalizes nothing.
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// All ranks.
    [[nodiscard]] const Communicator& world() const noexcept { return world_; }

    /// True when every rank calls this within `seconds`: all have failed and may end in order. False when
    /// some rank is still at work (it will not come): then only abort() ends the run.
    [[nodiscard]] bool all_ranks_failed(double seconds) const;

    /// Ends all ranks at once with this exit code; for failures that only this rank knows of.
    [[noreturn]] void abort(int exit_code) const noexcept;

  private:
    Communicator world_;
    MPI_Comm failure_ =
        MPI_COMM_NULL;  ///< of its own, so that it cannot be mistaken for a collective of world
    int exceptions_at_start_ = 0;
};

/// Library versions, for `--version` and for provenance; callable before MPI starts.
struct LibraryVersions {
    std::string mpi;
    std::string petsc;
    std::string blas;
};
LibraryVersions library_versions();

/// The rank that the launcher gave this process, before MPI has started (0 when there is no launcher).
int launcher_rank();
/// The number of ranks that the launcher starts (1 when there is no launcher).
int launcher_size();

}  // namespace rfhgn::parallel
