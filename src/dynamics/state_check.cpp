#include "state_check.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

namespace {

constexpr const char* advice = "use a smaller dt, or look whether the model leaves the range of its data";

std::string describe(const graph::DistributedGraph& graph, const Motion& motion, std::size_t node) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    const auto row = [&](const std::vector<double>& values) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(node * d);
        return fmt::format("({:.6g})", fmt::join(begin, begin + graph.dimension, ", "));
    };
    return fmt::format("particle {}: position {}, momentum {}, force {}", graph.node_id[node],
                       row(motion.state.position), row(motion.state.momentum), row(motion.force));
}

}  // namespace

void require_finite(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                    const Motion& motion, double time) {
    const auto& state = motion.state;
    parallel::together(comm, [&] {
        for (std::size_t k = 0; k < graph.owned_size(); ++k) {
            if (std::isfinite(state.position[k] + state.momentum[k] + motion.force[k])) continue;
            const std::size_t node = k / static_cast<std::size_t>(graph.dimension);
            throw RunError(fmt::format("the state is not finite at step {}, time {:.6g}: {}", state.step,
                                       time, describe(graph, motion, node)),
                           advice);
        }
    });
}

void require_bounded(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                     const Motion& motion, double time, double kinetic, double limit, double scale) {
    if (std::fabs(kinetic) <= limit) return;
    double fastest = -1;
    std::size_t node = 0;
    for (std::size_t k = 0; k < graph.owned_size(); ++k)
        if (std::fabs(motion.state.momentum[k]) > fastest) {
            fastest = std::fabs(motion.state.momentum[k]);
            node = k / static_cast<std::size_t>(graph.dimension);
        }
    const bool mine = fastest == parallel::max(comm, fastest) && fastest >= 0;
    parallel::together(comm, [&] {
        if (mine)
            throw RunError(
                fmt::format("the kinetic energy exploded to {:.3g} by step {}, time {:.6g} (energy at the "
                            "start {:.3g}); fastest is {}",
                            kinetic, motion.state.step, time, scale, describe(graph, motion, node)),
                advice);
    });
}

}  // namespace rfhgn::dynamics
