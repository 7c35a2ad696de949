#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/systems/system.hpp"

#include "topology.hpp"

namespace rfhgn::systems {

namespace {

/// Largest V'' of a bond at rest.
double curvature_at_rest(const SystemOptions& options) {
    const double k = options.stiffness.high;
    const double r0 = options.rest_length.high;
    if (options.potential == "morse") return 2.0 * k * options.morse_width * options.morse_width;
    if (options.potential == "squared_distance") return 8.0 * k * r0 * r0;
    return k;
}

double largest_squared_frequency(const SystemOptions& options, int dimension, double nodes) {
    if (options.potential == "gravity") {
        return 2.0 * options.stiffness.high * options.mass.high / std::pow(options.softening, 3);
    }
    const double laplacian = std::min(2.0 * largest_degree(options, dimension), nodes);
    return curvature_at_rest(options) * laplacian / options.mass.low;
}

}  // namespace

double System::largest_stable_step() const {
    const bool joined = largest_degree(options_, dimension_) > 0.0;
    const double squared =
        joined ? largest_squared_frequency(options_, dimension_, static_cast<double>(nodes_)) : 0.0;
    return squared > 0.0 ? 2.0 / std::sqrt(squared) : std::numeric_limits<double>::infinity();
}

}  // namespace rfhgn::systems
