#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "rfhgn/systems/system.hpp"

#include "fluid_terms.hpp"
#include "pair_terms.hpp"
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
    double curvature = 0.0;
    for (const auto& pair : fluid_curvatures(options, nearest_sites(options, dimension)))
        curvature = std::max({curvature, pair.at_well, pair.at_distance});
    const double lightest =
        fluid.masses.empty() ? options.mass.low : *std::min_element(fluid.masses.begin(), fluid.masses.end());
    return 2.0 * (dimension == 3 ? 12.0 : 6.0) * curvature / (units.mass * lightest);
}

/// V'' of a bond of stiffness k and rest length r0.
double bond_curvature(const SystemOptions& options, double k, double r0, double r) {
    const double s = r - r0;
    if (options.potential == "quartic") return k * (1.0 + 3.0 * options.quartic * s * s);
    if (options.potential == "squared_distance") return 4.0 * k * (3.0 * r * r - r0 * r0);
    if (options.potential != "morse") return k;
    const double e = std::exp(-options.morse_width * s);
    return 2.0 * k * options.morse_width * options.morse_width * e * (2.0 * e - 1.0);
}

/// The most that a particle's momentum can be worth.
double largest_kinetic_energy(const SystemOptions& options, const InitialStateOptions& initial,
                              int dimension) {
    if (initial.temperature > 0.0) return 0.5 * dimension * initial.temperature;  // of given graphs: k = 1
    return 0.5 * dimension * initial.momentum * initial.momentum / options.mass.low;
}

/// How much farther apart than their sites two particles may begin.
double reach_of(const InitialStateOptions& initial, int dimension) {
    return 2.0 * std::sqrt(static_cast<double>(dimension)) * initial.displacement;
}

double bound_squared_frequency(const SystemOptions& options, const InitialStateOptions& initial,
                               int dimension) {
    const double apart = site_spacing(options);
    const double rest = uses_rest_length(options) ? options.rest_length.low : apart;
    double curvature = std::numeric_limits<double>::infinity();
    for (const double r : {rest, apart, apart + reach_of(initial, dimension)})
        curvature = std::min(curvature, bond_curvature(options, options.stiffness.low, rest, r));
    const bool breaks = options.potential == "morse" &&
                        largest_kinetic_energy(options, initial, dimension) > options.stiffness.low;
    if (breaks || curvature <= 0.0) return 0.0;
    // Two ends of a bond against each other; in a row of n, every one against its neighbours.
    double factor = 2.0;
    const bool lattice = options.graph == "chain" || options.graph == "square" || options.graph == "cubic";
    if (lattice && options.stiffness.uniform() && options.mass.uniform() && options.rest_length.uniform()) {
        const auto n = static_cast<double>(*std::max_element(options.size.begin(), options.size.end()));
        factor = 4.0 * std::pow(std::sin(0.5 * std::numbers::pi * (n - 1.0) / n), 2);
    }
    return factor * curvature / options.mass.high;
}

double orbit_squared_frequency(const SystemOptions& options, const InitialStateOptions& initial,
                               int dimension, double nodes) {
    const double constant = options.stiffness.low;
    const double spacing = site_spacing(options);
    const auto softened = [&](double r) { return std::sqrt(r * r + options.softening * options.softening); };
    const double depth =
        constant * options.mass.high * options.mass.high * (nodes - 1.0) / softened(0.5 * spacing);
    if (largest_kinetic_energy(options, initial, dimension) > depth) return 0.0;
    // Sites are moved by a quarter of the spacing at most.
    const double apart = spacing * std::sqrt(2.25 + 0.25 * (dimension - 1)) + reach_of(initial, dimension);
    return 2.0 * constant * options.mass.low / std::pow(softened(apart), 3);
}

double touching_squared_frequency(const SystemOptions& options, const Units& units, int dimension) {
    const auto& fluid = options.fluid;
    const double nearest = nearest_sites(options, dimension);
    double curvature = std::numeric_limits<double>::infinity();
    for (const auto& pair : fluid_curvatures(options, nearest)) {
        const bool touches = options.potential != "yukawa" && nearest <= 1.2 * pair.well;
        const double neighbours = dimension == 3 ? 4.0 : 3.0;
        curvature = std::min(curvature, touches ? neighbours * pair.at_well : pair.at_distance);
    }
    const double heaviest = fluid.masses.empty()
                                ? options.mass.high
                                : *std::max_element(fluid.masses.begin(), fluid.masses.end());
    return std::max(curvature, 0.0) / (units.mass * heaviest);
}

}  // namespace

double System::certainly_unstable_step(const InitialStateOptions& initial) const {
    const auto nodes = static_cast<double>(nodes_);
    double squared = follows_space() ? 0.0 : options_.harmonic_trap / options_.mass.high;
    if (follows_space()) {
        squared = touching_squared_frequency(options_, units_, dimension_);
    } else if (largest_degree(options_, dimension_) > 0.0) {
        squared += options_.potential == "gravity"
                       ? orbit_squared_frequency(options_, initial, dimension_, nodes)
                       : bound_squared_frequency(options_, initial, dimension_);
    }
    return squared > 0.0 ? 2.0 / std::sqrt(squared) : std::numeric_limits<double>::infinity();
}

double System::largest_stable_step() const {
    if (follows_space()) {
        const double squared = fluid_squared_frequency(options_, units_, dimension_);
        return squared > 0.0 ? 2.0 / std::sqrt(squared) : std::numeric_limits<double>::infinity();
    }
    const bool joined = largest_degree(options_, dimension_) > 0.0;
    const double squared =
        options_.harmonic_trap / options_.mass.low +
        (joined ? largest_squared_frequency(options_, dimension_, static_cast<double>(nodes_)) : 0.0);
    return squared > 0.0 ? 2.0 / std::sqrt(squared) : std::numeric_limits<double>::infinity();
}

}  // namespace rfhgn::systems
