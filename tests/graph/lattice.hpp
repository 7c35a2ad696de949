#pragma once
/// A cubic lattice with recognisable attributes, listed over ranks in ways that ownership must cope with.

#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::tests {

inline double lattice_mass(GlobalIndex node) {
    return 1.0 + 0.25 * static_cast<double>(node);
}
inline int lattice_species(GlobalIndex node) {
    return static_cast<int>(node % 7) - 3;
}

/// Edges of the open L x L x L lattice, in order of their first node.
std::vector<graph::GlobalEdge> lattice_edges(GlobalIndex length);

/// How the nodes and edges of a graph are listed over ranks.
enum class Listing { blocks, all_on_last };

/// This rank's part; edge attributes are (id, first + second / 1000).
graph::GraphPart lattice_part(const parallel::Communicator& comm, GlobalIndex length, Listing listing);

/// Owners that have nothing to do with the lattice; nobody's when `but` is a rank.
std::vector<int> random_owners(const parallel::Communicator& comm, const graph::GraphPart& part,
                               int but = -1);

}  // namespace rfhgn::tests
