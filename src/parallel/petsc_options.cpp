#include "rfhgn/parallel/petsc_options.hpp"

#include <cstdlib>
#include <sstream>

#include <petscmat.h>
#include <petscsf.h>

#include "rfhgn/parallel/petsc_check.hpp"

namespace rfhgn::parallel {

namespace {

// Asking by name counts as asking.
void ask(const char* name) {
    PetscBool given = PETSC_FALSE;
    petsc_check(PetscOptionsHasName(nullptr, nullptr, name, &given), "PetscOptionsHasName");
}

}  // namespace

std::vector<std::string> unasked_petsc_options() {
    PetscInt count = 0;
    char** names = nullptr;
    char** values = nullptr;
    petsc_check(PetscOptionsLeftGet(nullptr, &count, &names, &values), "PetscOptionsLeftGet");
    std::vector<std::string> result;
    for (PetscInt i = 0; i < count; ++i) result.push_back(std::string("-") + names[i]);
    petsc_check(PetscOptionsLeftRestore(nullptr, &count, &names, &values), "PetscOptionsLeftRestore");
    return result;
}

std::vector<std::string> petsc_options_of_environment() {
    const char* text = std::getenv("PETSC_OPTIONS");
    std::istringstream words(text == nullptr ? "" : text);
    std::vector<std::string> names;
    for (std::string word; words >> word;)
        if (word.starts_with("-")) names.push_back(word);
    return names;
}

void ask_halo_options(const Communicator& comm) {
    // These are asked for at the end of a run.
    for (const char* name : {"-options_left", "-options_view", "-sf_view"}) ask(name);
    PetscSF forest = nullptr;
    petsc_check(PetscSFCreate(comm.handle(), &forest), "PetscSFCreate");
    petsc_check(PetscSFSetFromOptions(forest), "PetscSFSetFromOptions");
    petsc_check(PetscSFDestroy(&forest), "PetscSFDestroy");
}

void ask_partitioner_options(const Communicator& comm) {
    ask("-mat_partitioning_view");
    MatPartitioning partitioning = nullptr;
    petsc_check(MatPartitioningCreate(comm.handle(), &partitioning), "MatPartitioningCreate");
    petsc_check(MatPartitioningSetType(partitioning, MATPARTITIONINGPTSCOTCH), "MatPartitioningSetType");
    petsc_check(MatPartitioningSetFromOptions(partitioning), "MatPartitioningSetFromOptions");
    petsc_check(MatPartitioningDestroy(&partitioning), "MatPartitioningDestroy");
}

}  // namespace rfhgn::parallel
