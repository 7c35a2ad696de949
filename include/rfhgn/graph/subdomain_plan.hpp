#pragma once
/// What a decomposition into subdomains costs on any number of ranks, found without ranks, graph or
/// particles.

#include <array>

#include "rfhgn/graph/distributed_graph.hpp"

namespace rfhgn::graph {

/// Particles of uniform density in a block of space.
struct PlannedSpace {
    std::array<double, 3> lengths{1, 1, 1};
    std::array<bool, 3> periodic{};
    bool sites = false;    ///< lengths count sites of a lattice: subdomains hold whole layers of them
    double density = 1;    ///< particles per volume; 1 for sites
    double reach = 1;      ///< farthest interaction
    bool diagonal = true;  ///< false: only along the axes, as springs of a cubic lattice are
    ListStyle list_style = ListStyle::full;
};

/// Over ranks. A halo are the ghosts of one rank, images of its own particles included; that of a half list
/// is taken for half of the full one, as it is on average.
struct SubdomainPlan {
    double smallest_owned = 0;
    double mean_owned = 0;
    double largest_owned = 0;
    double mean_halo = 0;
    double largest_halo = 0;
    double mean_messages = 0;  ///< received by a rank in a step; of up to 200 ranks, evenly chosen
    int most_messages = 0;     ///< the same
};

/// Recursive bisection: a subdomain's ranks are halved, across its longest side. Of all subdomains the one
/// with the smallest surface for its volume is a cube, so that this is near the least that any decomposition
/// exchanges. Local; seconds for millions of ranks. There must be at least one particle a rank.
SubdomainPlan plan_subdomains(const PlannedSpace& space, int ranks);

}  // namespace rfhgn::graph
