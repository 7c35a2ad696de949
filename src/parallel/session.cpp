#include "rfhgn/parallel/session.hpp"

#include <cblas.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <thread>

#include <mpi.h>
#include <petscsys.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/petsc_check.hpp"

namespace rfhgn::parallel {

namespace {

MPI_Comm start(const std::vector<std::string>& petsc_options) {
    // Scotch's threads would compete with other ranks and make partitions differ from run to run.
    setenv("SCOTCH_PTHREAD_NUMBER", "1", 0);
    // Open MPI's shared file pointers, which nothing here uses, copy the path of every file that is opened
    // into a buffer of 256 bytes.
    setenv("OMPI_MCA_sharedfp", "^sm,lockedfile", 0);
    std::vector<std::string> words{"rfhgn", "-skip_petscrc"};
    words.insert(words.end(), petsc_options.begin(), petsc_options.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    int count = static_cast<int>(words.size());
    char** arguments = pointers.data();
    const PetscErrorCode code = PetscInitialize(&count, &arguments, nullptr, nullptr);
    if (code != 0) {
        throw InputError(fmt::format("PETSc rejected the options after '--' (error {})", code),
                         "look at PETSc's message above; options look like: -- -rfhgn_ksp_max_it 10");
    }
    // A reader of the output that leaves (| head) ends nothing: PETSc would print a trace and abort.
    std::signal(SIGPIPE, SIG_IGN);
    // Errors come back as codes and are turned into exceptions that name the call.
    petsc_check(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr), "PetscPushErrorHandler");
    // One process a core: ranks are the parallelism, BLAS threads would oversubscribe.
    openblas_set_num_threads(1);
    MPI_Comm world = MPI_COMM_NULL;
    MPI_Comm_dup(PETSC_COMM_WORLD, &world);
    return world;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find_first_of(",\n"));
}

}  // namespace

Session::Session(const std::vector<std::string>& petsc_options)
    : world_(start(petsc_options)), exceptions_at_start_(std::uncaught_exceptions()) {
    MPI_Comm_dup(world_.handle(), &failure_);
}

Session::~Session() {
    if (std::uncaught_exceptions() > exceptions_at_start_) return;
    MPI_Comm world = world_.handle();
    MPI_Comm_free(&failure_);
    MPI_Comm_free(&world);
    PetscPopErrorHandler();
    PetscFinalize();
}

bool Session::all_ranks_failed(double seconds) const {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(failure_, &request);
    const double end = MPI_Wtime() + seconds;
    int done = 0;
    while (done == 0 && MPI_Wtime() < end) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return done != 0;
}

void Session::abort(int exit_code) const noexcept {
    MPI_Abort(MPI_COMM_WORLD, exit_code);
    std::_Exit(exit_code);
}

LibraryVersions library_versions() {
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
    int length = 0;
    MPI_Get_library_version(text, &length);
    LibraryVersions versions;
    versions.mpi = first_line(std::string(text, static_cast<std::size_t>(length)));
    versions.petsc =
        fmt::format("PETSc {}.{}.{}", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR);
    versions.blas = openblas_get_config();
    return versions;
}

int launcher_rank() {
    for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
        if (const char* value = std::getenv(name)) return std::atoi(value);
    }
    return 0;
}

int launcher_size() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}) {
        if (const char* value = std::getenv(name)) return std::atoi(value);
    }
    return 1;
}

}  // namespace rfhgn::parallel
