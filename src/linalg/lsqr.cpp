#include "lsqr.hpp"

#include <cstddef>
#include <span>

#include <petscksp.h>

#include "rfhgn/linalg/solver_options.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "petsc_owner.hpp"

namespace rfhgn::linalg {

namespace {

// Read access to the local part of a vector, and write access.
class LocalValues {
  public:
    LocalValues(Vec vector, bool write) : vector_(vector), write_(write) {
        PetscInt size = 0;
        petsc_check(VecGetLocalSize(vector, &size), "VecGetLocalSize");
        size_ = static_cast<std::size_t>(size);
        if (write_) {
            petsc_check(VecGetArrayWrite(vector, &values_), "VecGetArrayWrite");
        } else {
            petsc_check(VecGetArrayRead(vector, &read_), "VecGetArrayRead");
        }
    }
    ~LocalValues() {
        if (write_) {
            VecRestoreArrayWrite(vector_, &values_);
        } else {
            VecRestoreArrayRead(vector_, &read_);
        }
    }
    LocalValues(const LocalValues&) = delete;
    LocalValues& operator=(const LocalValues&) = delete;

    [[nodiscard]] std::span<const double> read() const { return {read_, size_}; }
    [[nodiscard]] std::span<double> write() const { return {values_, size_}; }

  private:
    Vec vector_;
    bool write_;
    std::size_t size_ = 0;
    double* values_ = nullptr;
    const double* read_ = nullptr;
};

// No exception may pass through PETSc: the operator keeps those of the row source, anything else becomes
// PETSc's error.
template <class Product>
PetscErrorCode call_operator(Mat matrix, Vec in, Vec out, Product&& product) {
    void* context = nullptr;
    if (MatShellGetContext(matrix, static_cast<void*>(&context)) != 0) return PETSC_ERR_LIB;
    try {
        const LocalValues from(in, false);
        const LocalValues to(out, true);
        product(*static_cast<RidgeOperator*>(context), from.read(), to.write());
    } catch (const std::exception&) {
        return PETSC_ERR_LIB;
    }
    return 0;
}

PetscErrorCode multiply(Mat matrix, Vec in, Vec out) {
    return call_operator(matrix, in, out, [](auto& op, auto from, auto to) { op.multiply(from, to); });
}

PetscErrorCode multiply_transposed(Mat matrix, Vec in, Vec out) {
    return call_operator(matrix, in, out,
                         [](auto& op, auto from, auto to) { op.multiply_transposed(from, to); });
}

using Operation = void (*)();

PetscMatrix shell(const parallel::Communicator& comm, RidgeOperator& op) {
    PetscMatrix matrix;
    petsc_check(MatCreateShell(comm.handle(), static_cast<PetscInt>(op.range_size()),
                               static_cast<PetscInt>(op.slice().size()), PETSC_DETERMINE, PETSC_DETERMINE,
                               &op, matrix.out()),
                "MatCreateShell");
    petsc_check(MatShellSetOperation(matrix.get(), MATOP_MULT, reinterpret_cast<Operation>(multiply)),
                "MatShellSetOperation");
    petsc_check(MatShellSetOperation(matrix.get(), MATOP_MULT_TRANSPOSE,
                                     reinterpret_cast<Operation>(multiply_transposed)),
                "MatShellSetOperation");
    return matrix;
}

constexpr const char* prefix = "rfhgn_";

// `matrix` null: a solver that is asked for its options only.
PetscSolver solver(const parallel::Communicator& comm, Mat matrix, int iterations) {
    PetscSolver ksp;
    petsc_check(KSPCreate(comm.handle(), ksp.out()), "KSPCreate");
    petsc_check(KSPSetOptionsPrefix(ksp.get(), prefix), "KSPSetOptionsPrefix");
    petsc_check(KSPSetType(ksp.get(), KSPLSQR), "KSPSetType");
    if (matrix) petsc_check(KSPSetOperators(ksp.get(), matrix, matrix), "KSPSetOperators");
    // A preconditioner would make KSPLSQR leave before it updates an exact solution; B has it built in.
    PC pc = nullptr;
    petsc_check(KSPGetPC(ksp.get(), &pc), "KSPGetPC");
    petsc_check(PCSetType(pc, PCNONE), "PCSetType");
    petsc_check(KSPSetTolerances(ksp.get(), 1e-14, PETSC_DEFAULT, 1e300, iterations), "KSPSetTolerances");
    petsc_check(KSPSetFromOptions(ksp.get()), "KSPSetFromOptions");
    return ksp;
}

// A few steps of refinement are meant to reach their limit: no divergence.
std::string in_words(KSPConvergedReason reason) {
    return reason == KSP_DIVERGED_ITS ? "iteration limit" : KSPConvergedReasons[reason];
}

}  // namespace

LsqrResult run_lsqr(const parallel::Communicator& comm, RidgeOperator& op, std::vector<double>& rhs,
                    int iterations) {
    const PetscMatrix matrix = shell(comm, op);
    const PetscSolver ksp = solver(comm, matrix.get(), iterations);
    PetscVector b;
    PetscVector s;
    petsc_check(VecCreateMPIWithArray(comm.handle(), 1, static_cast<PetscInt>(rhs.size()), PETSC_DETERMINE,
                                      rhs.data(), b.out()),
                "VecCreateMPIWithArray");
    petsc_check(
        VecCreateMPI(comm.handle(), static_cast<PetscInt>(op.slice().size()), PETSC_DETERMINE, s.out()),
        "VecCreateMPI");
    const PetscErrorCode code = KSPSolve(ksp.get(), b.get(), s.get());
    parallel::agree(comm, op.failure());
    petsc_check(code, "KSPSolve");

    PetscInt count = 0;
    KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
    petsc_check(KSPGetIterationNumber(ksp.get(), &count), "KSPGetIterationNumber");
    petsc_check(KSPGetConvergedReason(ksp.get(), &reason), "KSPGetConvergedReason");
    const LocalValues values(s.get(), false);
    return {op.coefficients(values.read()), static_cast<int>(count), in_words(reason)};
}

void ask_solver_options(const parallel::Communicator& comm) {
    static_cast<void>(solver(comm, nullptr, 1));
    PetscBool given = PETSC_FALSE;  // asked for after a solve
    petsc_check(PetscOptionsHasName(nullptr, prefix, "-ksp_converged_reason", &given), "PetscOptionsHasName");
}

bool fits_petsc(const parallel::Communicator& comm, const RidgeOperator& op) {
    return parallel::sum(comm, op.range_size()) <= PETSC_MAX_INT;
}

}  // namespace rfhgn::linalg
