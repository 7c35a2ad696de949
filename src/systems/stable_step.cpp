#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/systems/system.hpp"

#include "fluid_terms.hpp"
#include "topology.hpp"
#include "unit_cells.hpp"

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

/// As if every particle sat among the most neighbours that touch it, in the steepest of the wells.
double fluid_squared_frequency(const SystemOptions& options, const Units& units, int dimension) {
    const auto& fluid = options.fluid;
    const double curvature = fluid_curvature(options, nearest_sites(options, dimension));
    const double lightest =
        fluid.masses.empty() ? options.mass.low : *std::min_element(fluid.masses.begin(), fluid.masses.end());
    return 2.0 * (dimension == 3 ? 12.0 : 6.0) * curvature / (units.mass * lightest);
}

}  // namespace

double System::largest_stable_step() const {
    if (follows_space()) {
        const double squared = fluid_squared_frequency(options_, units_, dimension_);
        return squared > 0.0 ? 2.0 / std::sqrt(squared) : std::numeric_limits<double>::infinity();
    }
    const bool joined = largest_degree(options_, dimension_) > 0.0;
    const double squared =
        options_.trap / options_.mass.low +
        (joined ? largest_squared_frequency(options_, dimension_, static_cast<double>(nodes_)) : 0.0);
    return squared > 0.0 ? 2.0 / std::sqrt(squared) : std::numeric_limits<double>::infinity();
}

}  // namespace rfhgn::systems
