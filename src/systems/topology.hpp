#pragma once
/// Where the sites of a reference system are and which of them are joined: pure functions of the node index,
/// so that no rank needs more than its own part.

#include <span>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// The least dimension that a graph fits into, its default dimension, and the length of `size`.
struct GraphKind {
    const char* name;
    int least_dimension;
    int own_dimension;
    std::size_t sizes;
};
/// nullptr for an unknown name.
const GraphKind* find_graph_kind(const std::string& name);

/// Distance of neighbouring sites.
double site_spacing(const SystemOptions& options);

/// Site of `node`, position [dimension].
void site_position(const SystemOptions& options, GlobalIndex node, std::span<double> position);

/// Edges whose lower end is in `nodes`, ascending; first < second.
std::vector<graph::GlobalEdge> edges_above(const SystemOptions& options, int dimension,
                                           parallel::Range nodes);

/// No node has more edges; for a geometric graph an estimate that is very rarely exceeded.
double largest_degree(const SystemOptions& options, int dimension);

/// Site of the points of a geometric graph.
void geometric_position(const SystemOptions& options, GlobalIndex node, std::span<double> position);
/// edges_above of a geometric graph.
std::vector<graph::GlobalEdge> geometric_edges(const SystemOptions& options, int dimension,
                                               parallel::Range nodes);

}  // namespace rfhgn::systems
