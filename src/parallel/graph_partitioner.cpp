#include "rfhgn/parallel/graph_partitioner.hpp"

#include <algorithm>

#include <petscmat.h>
// clang-format off: scotch.h needs FILE
#include <cstdio>
#include <scotch.h>
// clang-format on

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/petsc_check.hpp"

namespace rfhgn::parallel {

namespace {

Mat adjacency_matrix(const Communicator& comm, GlobalIndex total, std::span<const LocalIndex> offsets,
                     std::span<const GlobalIndex> neighbours) {
    PetscInt* row_starts = nullptr;
    PetscInt* columns = nullptr;
    petsc_check(PetscMalloc1(offsets.size(), &row_starts), "PetscMalloc1");
    petsc_check(PetscMalloc1(neighbours.size(), &columns), "PetscMalloc1");
    std::copy(offsets.begin(), offsets.end(), row_starts);
    std::transform(neighbours.begin(), neighbours.end(), columns,
                   [](GlobalIndex node) { return static_cast<PetscInt>(node); });
    for (std::size_t row = 0; row + 1 < offsets.size(); ++row)
        std::sort(columns + offsets[row], columns + offsets[row + 1]);
    Mat matrix = nullptr;
    petsc_check(MatCreateMPIAdj(comm.handle(), static_cast<PetscInt>(offsets.size() - 1),
                                static_cast<PetscInt>(total), row_starts, columns, nullptr, &matrix),
                "MatCreateMPIAdj");
    return matrix;
}

}  // namespace

std::vector<int> partition_graph(const Communicator& comm, GlobalIndex total,
                                 std::span<const LocalIndex> offsets,
                                 std::span<const GlobalIndex> neighbours) {
    const auto local = static_cast<std::size_t>(block_range(total, comm.size(), comm.rank()).size());
    RFHGN_ASSERT(offsets.size() == local + 1);
    const bool edges = any(comm, !neighbours.empty());
    if (comm.size() == 1 || !edges) return std::vector<int>(local, comm.rank());
    require<RunError>(total <= most_partitioned_nodes(), Advice{"use a PETSc built with 64-bit indices"},
                      "the graph has {} nodes, more than PETSc's 32-bit indices can number", total);

    Mat matrix = adjacency_matrix(comm, total, offsets, neighbours);
    MatPartitioning partitioning = nullptr;
    IS parts = nullptr;
    petsc_check(MatPartitioningCreate(comm.handle(), &partitioning), "MatPartitioningCreate");
    petsc_check(MatPartitioningSetAdjacency(partitioning, matrix), "MatPartitioningSetAdjacency");
    petsc_check(MatPartitioningSetType(partitioning, MATPARTITIONINGPTSCOTCH), "MatPartitioningSetType");
    petsc_check(MatPartitioningSetFromOptions(partitioning), "MatPartitioningSetFromOptions");
    // Scotch's random numbers go on from call to call: started anew, the same graph gets the same partition.
    SCOTCH_randomReset();
    petsc_check(MatPartitioningApply(partitioning, &parts), "MatPartitioningApply");
    const PetscInt* values = nullptr;
    petsc_check(ISGetIndices(parts, &values), "ISGetIndices");
    std::vector<int> rank_of(values, values + local);
    petsc_check(ISRestoreIndices(parts, &values), "ISRestoreIndices");
    petsc_check(ISDestroy(&parts), "ISDestroy");
    petsc_check(MatPartitioningDestroy(&partitioning), "MatPartitioningDestroy");
    petsc_check(MatDestroy(&matrix), "MatDestroy");
    return rank_of;
}

GlobalIndex most_partitioned_nodes() {
    return PETSC_MAX_INT;
}

}  // namespace rfhgn::parallel
