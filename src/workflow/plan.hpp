#pragma once
/// What a rollout would take on any number of ranks, found from counts alone: no graph is built.

#include <string>

#include "rfhgn/graph/subdomain_plan.hpp"

#include "simulated_system.hpp"

namespace rfhgn::workflow {

struct RolloutPlan {
    int ranks = 1;
    graph::SubdomainPlan subdomains;
    graph::ListStyle list_style = graph::ListStyle::full;
    double edges = 0;        ///< of the whole graph, each counted once
    bool estimated = false;  ///< edges: from the density, as only the graph itself could tell
    double most_edges = 0;   ///< that a rank holds, cut ones included
    std::string basis;       ///< what the figures rest on
};

/// `following`: of a graph that follows from a cutoff. Local; seconds for millions of ranks. Throws
/// InputError where there are more ranks than particles, or where a rank would hold more than 32-bit indices
/// number.
RolloutPlan plan_rollout(const SimulatedSystem& system, graph::ListStyle following, int ranks);

}  // namespace rfhgn::workflow
