#pragma once

#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// Assigns the nodes of a distributed graph to ranks with few cut edges (PETSc MatPartitioning, PT-Scotch).
/// Rank r holds the adjacency of block_range(total, size, r): neighbours[offsets[i] .. offsets[i+1]) are the
/// global indices of the neighbours of its i-th node (no self-loops, both directions present). Returns the
/// new rank of each of those nodes. On one rank, or for a graph without edges, blocks are kept. The result
/// depends on the number of ranks. *Collective.* Throws RunError when PETSc fails.
std::vector<int> partition_graph(const Communicator& comm, GlobalIndex total,
                                 std::span<const LocalIndex> offsets,
                                 std::span<const GlobalIndex> neighbours);

/// Nodes that a graph may have on several ranks: as many as PETSc's indices number. Local.
GlobalIndex most_partitioned_nodes();

}  // namespace rfhgn::parallel
