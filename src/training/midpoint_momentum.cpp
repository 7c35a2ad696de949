#include "rfhgn/training/midpoint_momentum.hpp"

#include "rfhgn/graph/evaluation.hpp"

namespace rfhgn::training {

std::vector<double> midpoint_momentum(const data::TrainingSet& set, const potential::ForceField& field) {
    if (set.next.step.empty()) return set.momentum;
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    std::vector<double> force(set.position.size(), 0.0);
    std::vector<double> next_force(set.position.size(), 0.0);
    graph::add_forces(field, set.graph, set.position, force);
    graph::add_forces(field, set.graph, set.next.position, next_force);
    std::vector<double> middle(set.momentum.size());
    for (std::size_t k = 0; k < middle.size(); ++k)
        middle[k] = 0.5 * (set.momentum[k] + set.next.momentum[k]) +
                    0.25 * set.next.step[k / d] * (force[k] - next_force[k]);
    return middle;
}

}  // namespace rfhgn::training
