#include "plan.hpp"

#include <cmath>
#include <numbers>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/brick_plan.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/systems/system.hpp"

#include "rollout_setup.hpp"

namespace rfhgn::workflow {

namespace {

struct Plan {
    graph::BrickPlan bricks;
    double edges_per_particle = 0;  ///< each counted once
    graph::Shell shell = graph::Shell::full;
    std::string basis;  ///< what the figures rest on
};

graph::PlannedSpace lattice_space(const systems::SystemOptions& options) {
    graph::PlannedSpace space{{1, 1, 1}, {}, true, 1, 1, options.graph == "triangular"};
    for (std::size_t k = 0; k < options.size.size(); ++k)
        space.lengths[k] = static_cast<double>(options.size[k]);
    space.periodic[0] = options.graph == "ring";
    return space;
}

// Points of density 1 in a cube or square.
graph::PlannedSpace geometric_space(const systems::System& system) {
    graph::PlannedSpace space{{1, 1, 1}, {}, false, 1, system.options().radius, true};
    for (int k = 0; k < system.dimension(); ++k)
        space.lengths[static_cast<std::size_t>(k)] =
            std::pow(static_cast<double>(system.nodes()), 1.0 / system.dimension());
    return space;
}

graph::PlannedSpace box_space(const systems::System& system, graph::Shell shell) {
    const auto& box = system.box();
    return {graph::widths(box),
            box.periodic,
            false,
            static_cast<double>(system.nodes()) / graph::volume(box),
            system.cutoff() + system.skin(),
            true,
            shell};
}

// Particles within reach of one, half of them: each pair is counted once.
double pairs_within(const graph::PlannedSpace& space, int dimension) {
    constexpr double pi = std::numbers::pi;
    const double r = space.reach;
    const double ball = dimension == 1 ? 2 * r : dimension == 2 ? pi * r * r : 4.0 / 3.0 * pi * r * r * r;
    return 0.5 * space.density * ball;
}

// Every rank sees all that it does not own.
Plan complete_plan(GlobalIndex nodes, int ranks) {
    const auto block = [&](int rank) {
        return static_cast<double>(parallel::block_range(nodes, ranks, rank).size());
    };
    Plan plan;
    const auto n = static_cast<double>(nodes);
    plan.bricks = {block(ranks - 1),     n / ranks,   block(0), n - n / ranks,
                   n - block(ranks - 1), ranks - 1.0, ranks - 1};
    plan.edges_per_particle = 0.5 * (n - 1);
    plan.basis = "every particle sees every other";
    return plan;
}

Plan make_plan(const systems::System& system, graph::Shell following, int ranks) {
    const auto& options = system.options();
    if (options.graph == "complete") return complete_plan(system.nodes(), ranks);
    Plan plan;
    if (system.follows_space()) plan.shell = following;
    if (system.follows_space() || options.graph == "geometric") {
        const auto space = system.follows_space() ? box_space(system, following) : geometric_space(system);
        plan.bricks = graph::plan_bricks(space, ranks);
        plan.edges_per_particle = pairs_within(space, system.dimension());
        plan.basis = "bricks by recursive bisection, uniform density";
    } else {
        plan.bricks = graph::plan_bricks(lattice_space(options), ranks);
        plan.edges_per_particle = options.graph == "cubic" || options.graph == "triangular" ? 3
                                  : options.graph == "square"                               ? 2
                                                                                            : 1;
        plan.basis =
            "bricks of whole layers, near the least; a graph partitioner's halos are larger by some 10 to 50 "
            "%";
    }
    return plan;
}

report::Json to_json(const Plan& plan, const systems::System& system, int ranks) {
    const auto& b = plan.bricks;
    const double d = system.dimension();
    const bool full = plan.shell == graph::Shell::full;
    const double bytes = full ? 8 * d : 16 * d;  // of a position, and of a force that returns
    const double particle = (4 * d + 3) * 8;
    const double edges = plan.edges_per_particle * b.largest_owned + (full ? 0.5 * b.largest_halo : 0);
    return {{"ranks", ranks},
            {"particles", system.nodes()},
            {"dimension", system.dimension()},
            {"size", system.options().size},
            {"basis", plan.basis},
            {"owned", {{"min", b.smallest_owned}, {"mean", b.mean_owned}, {"max", b.largest_owned}}},
            {"halo", {{"mean", b.mean_halo}, {"max", b.largest_halo}}},
            {"messages_per_step_and_rank", {{"mean", b.mean_messages}, {"max", b.most_messages}}},
            {"bytes_per_step_and_rank", {{"mean", bytes * b.mean_halo}, {"max", bytes * b.largest_halo}}},
            {"edges_per_rank", edges},
            {"memory_mib_per_rank", (particle * (b.largest_owned + b.largest_halo) + 24 * edges) / 1048576}};
}

}  // namespace

void plan_rollout(const Context& context) {
    const systems::System system(context.options.rollout.system);
    const int ranks = context.command_line.plan_ranks;
    require(ranks <= system.nodes(), Advice{"plan for fewer ranks, or a larger system"},
            "{} ranks cannot share {} particles", ranks, system.nodes());
    const auto plan = make_plan(system, shell_of(context.options.rollout), ranks);
    const auto json = to_json(plan, system, ranks);
    const auto& b = plan.bricks;
    report::info(fmt::format(
        "check: rollout of {} on {} ranks, as planned ({}):\n"
        "particles a rank {:.0f} to {:.0f}, halo {:.0f} on average and at most {:.0f}\n"
        "a step: {:.1f} messages a rank on average and at most {}, {:.1f} KiB a rank on average and at most "
        "{:.1f} KiB\n"
        "edges a rank {:.3g}, memory a rank {:.1f} MiB besides the model, in all {:.3g} GiB; a frame {:.3g} "
        "GiB",
        system.description(), ranks, plan.basis, b.smallest_owned, b.largest_owned, b.mean_halo,
        b.largest_halo, b.mean_messages, b.most_messages,
        json["bytes_per_step_and_rank"]["mean"].get<double>() / 1024,
        json["bytes_per_step_and_rank"]["max"].get<double>() / 1024, json["edges_per_rank"].get<double>(),
        json["memory_mib_per_rank"].get<double>(), json["memory_mib_per_rank"].get<double>() * ranks / 1024,
        72.0 * static_cast<double>(system.nodes()) / std::pow(1024.0, 3)));
    if (!context.command_line.json.empty())
        report::write_summary(context.comm, context.command_line.json, json);
}

}  // namespace rfhgn::workflow
