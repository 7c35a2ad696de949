#pragma once

#include <cstdint>
#include <vector>

#include "rfhgn/graph/box.hpp"

namespace rfhgn::dynamics {

/// Positions and momenta [owned + ghosts, d] at a step.
struct State {
    std::int64_t step = 0;
    std::vector<double> position;
    std::vector<double> momentum;
    /// [owned] on a cutoff graph, where positions may be wrapped: the path has led to position +
    /// displacement(box, image). Empty on a given graph.
    std::vector<graph::Image> image{};
};

}  // namespace rfhgn::dynamics
