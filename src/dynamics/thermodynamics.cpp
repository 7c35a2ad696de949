#include "rfhgn/dynamics/thermodynamics.hpp"

#include <array>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

Thermodynamics thermodynamics(const parallel::Communicator& comm, const StepView& frame,
                              const potential::ForceField& field, const systems::Units& units,
                              double volume) {
    std::array<double, 2> sums{};
    for (std::size_t c = 0; c < frame.graph.owned_size(); ++c)
        sums[0] += frame.momenta[c] * frame.velocities[c];
    const auto virial = graph::virial(field, frame.graph, frame.positions);
    sums[1] = virial[0] + virial[1] + virial[2];
    parallel::sum<double>(comm, sums);
    return {systems::temperature(units, 0.5 * sums[0], static_cast<double>(frame.graph.total_nodes),
                                 frame.graph.dimension),
            (sums[0] + sums[1]) / (frame.graph.dimension * volume)};
}

}  // namespace rfhgn::dynamics
