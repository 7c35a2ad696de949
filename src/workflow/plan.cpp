#include "plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/block_range.hpp"

namespace rfhgn::workflow {

namespace {

constexpr double pi = std::numbers::pi;

graph::PlannedSpace lattice_space(const systems::SystemOptions& options) {
    graph::PlannedSpace space{{1, 1, 1}, {}, true, 1, 1, options.graph == "triangular"};
    for (std::size_t k = 0; k < options.size.size(); ++k)
        space.lengths[k] = static_cast<double>(options.size[k]);
    space.periodic[0] = options.graph == "ring";
    return space;
}

// Points of density 1 in a cube or square.
graph::PlannedSpace uniform_space(const SimulatedSystem& system, double reach) {
    graph::PlannedSpace space{{1, 1, 1}, {}, false, 1, reach, true};
    for (int k = 0; k < system.dimension; ++k)
        space.lengths[static_cast<std::size_t>(k)] =
            std::pow(static_cast<double>(system.nodes), 1.0 / system.dimension);
    return space;
}

graph::PlannedSpace box_space(const SimulatedSystem& system, graph::ListStyle list_style) {
    return {graph::widths(system.box),
            system.box.periodic,
            false,
            static_cast<double>(system.nodes) / system.volume(),
            system.cutoff + system.skin,
            true,
            list_style};
}

double lattice_edges(const systems::SystemOptions& options) {
    double nodes = 1;
    for (const auto sites : options.size) nodes *= static_cast<double>(sites);
    if (options.graph == "ring") return nodes;
    double edges = 0;
    for (const auto sites : options.size) edges += nodes - nodes / static_cast<double>(sites);
    if (options.graph == "triangular")
        edges += static_cast<double>(options.size[0] - 1) * static_cast<double>(options.size[1] - 1);
    return edges;
}

// Length, area or volume of a ball of radius 1.
double unit_ball(int dimension) {
    return dimension == 1 ? 2 : dimension == 2 ? pi : 4.0 / 3.0 * pi;
}

// Particles within reach of one in the midst of others, half of them: each pair is counted once.
double pairs_within(const graph::PlannedSpace& space, int dimension) {
    return 0.5 * space.density * unit_ball(dimension) * std::pow(space.reach, dimension);
}

// What faces of the space that have nothing behind them leave of the pairs, to first order of the reach: of a
// face, the mean of |x| over the ball of pairs.
double kept_at_faces(const graph::PlannedSpace& space, int dimension) {
    const double mean = dimension == 1 ? 0.5 : dimension == 2 ? 4 / (3 * pi) : 0.375;
    double kept = 1;
    for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k)
        if (!space.periodic[k]) kept *= std::max(0.0, 1 - mean * space.reach / space.lengths[k]);
    return kept;
}

// Every rank sees all that it does not own.
RolloutPlan complete_plan(GlobalIndex nodes, int ranks) {
    const auto block = [&](int rank) {
        return static_cast<double>(parallel::block_range(nodes, ranks, rank).size());
    };
    RolloutPlan plan;
    const auto n = static_cast<double>(nodes);
    plan.subdomains = {block(ranks - 1),     n / ranks,   block(0), n - n / ranks,
                       n - block(ranks - 1), ranks - 1.0, ranks - 1};
    plan.edges = 0.5 * n * (n - 1);
    plan.most_edges = block(0) * (n - 1) - 0.5 * block(0) * (block(0) - 1);
    plan.basis = "every particle sees every other";
    return plan;
}

RolloutPlan in_space(const SimulatedSystem& system, const graph::PlannedSpace& space, int ranks) {
    RolloutPlan plan;
    plan.subdomains = graph::plan_subdomains(space, ranks);
    plan.list_style = space.list_style;
    plan.estimated = true;
    const auto nodes = static_cast<double>(system.nodes);
    const double inside = pairs_within(space, system.dimension);
    plan.edges = std::min(nodes * inside * kept_at_faces(space, system.dimension), 0.5 * nodes * (nodes - 1));
    plan.most_edges = plan.subdomains.largest_owned * std::min(plan.edges / nodes, inside);
    // Of pairs across a face each side knows all; a ghost in a layer as thick as the reach has 3/8 of its
    // pairs.
    if (space.list_style == graph::ListStyle::full)
        plan.most_edges += 0.1875 * inside * plan.subdomains.largest_halo;
    plan.basis = "bricks by recursive bisection, uniform density";
    return plan;
}

RolloutPlan on_lattice(const systems::System& system, int ranks) {
    RolloutPlan plan;
    plan.subdomains = graph::plan_subdomains(lattice_space(system.options()), ranks);
    plan.edges = lattice_edges(system.options());
    plan.most_edges = plan.edges / static_cast<double>(system.nodes()) * plan.subdomains.largest_owned +
                      0.5 * plan.subdomains.largest_halo;
    plan.basis =
        "bricks of whole layers, near the least; a graph partitioner's halos are larger by some 10 to 50 %";
    return plan;
}

void require_numbers(const RolloutPlan& plan) {
    constexpr double most = std::numeric_limits<LocalIndex>::max();
    const double nodes = plan.subdomains.largest_owned + plan.subdomains.largest_halo;
    const double ranks = std::ceil(plan.ranks * 1.05 * std::max(nodes, plan.most_edges) / most);
    require(nodes <= most && plan.most_edges <= most,
            Advice{"a smaller system, or more ranks (check --ranks tells what each would hold)"},
            "on {} ranks a rank would hold {:.4g} particles with its halo and {:.4g} edges, more than 32-bit "
            "indices number; at least some {:.0f} ranks are needed",
            plan.ranks, nodes, plan.most_edges, ranks);
}

// Of a graph in a file counts alone are known: it is taken for one whose edges are as short as they can be.
RolloutPlan on_given_graph(const SimulatedSystem& system, int ranks) {
    const auto nodes = static_cast<double>(system.nodes);
    const auto edges = static_cast<double>(system.edges);
    if (edges >= 0.5 * nodes * (nodes - 1)) return complete_plan(system.nodes, ranks);
    const double reach = std::pow(2 * edges / nodes / unit_ball(system.dimension), 1.0 / system.dimension);
    auto plan = in_space(system, uniform_space(system, reach), ranks);
    plan.most_edges *= plan.edges > 0 ? edges / plan.edges : 0;
    plan.edges = edges;
    plan.estimated = false;
    plan.basis = "a graph of the file's size whose edges are short; what it is cut into only a run can tell";
    return plan;
}

RolloutPlan on_reference_graph(const systems::System& reference, const SimulatedSystem& system, int ranks) {
    const auto& options = reference.options();
    if (options.graph == "complete") return complete_plan(system.nodes, ranks);
    if (options.graph == "geometric") return in_space(system, uniform_space(system, options.radius), ranks);
    return on_lattice(reference, ranks);
}

}  // namespace

RolloutPlan plan_rollout(const SimulatedSystem& system, graph::ListStyle following, int ranks) {
    require(ranks <= system.nodes, Advice{"plan for fewer ranks, or a larger system"},
            "{} ranks cannot share {} particles", ranks, system.nodes);
    RolloutPlan plan = system.follows_space ? in_space(system, box_space(system, following), ranks)
                       : system.reference   ? on_reference_graph(*system.reference, system, ranks)
                                            : on_given_graph(system, ranks);
    plan.ranks = ranks;
    if (ranks == 1 && !system.follows_space) {  // nothing is seen from elsewhere, and no image
        plan.subdomains.mean_halo = plan.subdomains.largest_halo = 0;
        plan.most_edges = plan.edges;
    }
    require_numbers(plan);
    return plan;
}

}  // namespace rfhgn::workflow
