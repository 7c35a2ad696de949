#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "rfhgn/systems/system.hpp"

#include "law_options.hpp"
#include "pair_terms.hpp"
#include "topology.hpp"
#include "unit_cells.hpp"

namespace rfhgn::systems {

namespace {

using potential::PairFunction;

/// Where a pair of this length is at rest; at its length where it repels everywhere.
double rest_of(const PairFunction& function, double length) {
    const double well = function.well(length);
    return std::isfinite(well) ? well : length;
}

double curvature_at(const PairFunction& function, double strength, double length, double r) {
    return function.curvature(function.coefficients(strength, length), r);
}

/// Largest V'' of a bond at rest.
double curvature_at_rest(const SystemOptions& options) {
    const auto function = pair_function(options);
    double largest = 0.0;
    for (const double length : {options.rest_length.low, options.rest_length.high})
        largest = std::max(
            largest, curvature_at(*function, options.stiffness.high, length, rest_of(*function, length)));
    return largest;
}

double largest_squared_frequency(const SystemOptions& options, int dimension, double nodes) {
    if (law_of(options)->between_masses) {
        const auto function = pair_function(options);
        const double mass = options.mass.high;
        const double length = options.rest_length.high;
        const double curvature =
            curvature_at(*function, options.stiffness.high * mass * mass, length, rest_of(*function, length));
        return 2.0 * curvature / mass;
    }
    const double laplacian = std::min(2.0 * largest_degree(options, dimension), nodes);
    return curvature_at_rest(options) * laplacian / options.mass.low;
}

/// V'' of a pair of species of a fluid without truncation; 0 beyond the cutoff.
struct PairCurvature {
    double well;  ///< where the energy is least, or infinity
    double at_rest;
    double at_distance;
};

/// Of every pair of species [S, S], at rest and at distance r.
std::vector<PairCurvature> fluid_curvatures(const SystemOptions& options, double r) {
    const auto function = pair_function(options);
    const auto table = species_table(options);
    std::vector<PairCurvature> found;
    for (std::size_t k = 0; k < table.length.size(); ++k) {
        const auto pair = function->coefficients(table.strength[k], table.length[k]);
        const auto at = [&](double place) {
            return place < options.fluid.cutoff ? function->curvature(pair, place) : 0.0;
        };
        found.push_back({function->well(table.length[k]), at(rest_of(*function, table.length[k])), at(r)});
    }
    return found;
}

/// As if every particle sat among the most neighbours that touch it, in the steepest of the wells.
double fluid_squared_frequency(const SystemOptions& options, const Units& units, int dimension) {
    const auto& fluid = options.fluid;
    double curvature = 0.0;
    for (const auto& pair : fluid_curvatures(options, nearest_sites(options, dimension)))
        curvature = std::max({curvature, pair.at_rest, pair.at_distance});
    const double lightest =
        fluid.masses.empty() ? options.mass.low : *std::min_element(fluid.masses.begin(), fluid.masses.end());
    return 2.0 * (dimension == 3 ? 12.0 : 6.0) * curvature / (units.mass * lightest);
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
    const auto function = pair_function(options);
    const double strength = options.stiffness.low;
    const double apart = site_spacing(options);
    double curvature = std::numeric_limits<double>::infinity();
    double work = curvature;
    for (const double length : {options.rest_length.low, options.rest_length.high}) {
        const auto pair = function->coefficients(strength, length);
        const double rest = rest_of(*function, length);
        for (const double r : {rest, apart, apart + reach_of(initial, dimension)})
            curvature = std::min(curvature, function->curvature(pair, r));
        work = std::min(work, potential::work_to_part(*function, pair, rest));
    }
    const bool breaks = largest_kinetic_energy(options, initial, dimension) > work;
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
    const auto function = pair_function(options);
    const double spacing = site_spacing(options);
    const auto pair_of = [&](double mass) {
        return function->coefficients(options.stiffness.low * mass * mass, options.rest_length.low);
    };
    const double work =
        (nodes - 1.0) * potential::work_to_part(*function, pair_of(options.mass.high), 0.5 * spacing);
    if (largest_kinetic_energy(options, initial, dimension) > work) return 0.0;
    // Sites are moved by a quarter of the spacing at most.
    const double apart = spacing * std::sqrt(2.25 + 0.25 * (dimension - 1)) + reach_of(initial, dimension);
    return 2.0 * function->slope(pair_of(options.mass.low), apart) / (apart * options.mass.low);
}

double touching_squared_frequency(const SystemOptions& options, const Units& units, int dimension) {
    const auto& fluid = options.fluid;
    const double nearest = nearest_sites(options, dimension);
    double curvature = std::numeric_limits<double>::infinity();
    for (const auto& pair : fluid_curvatures(options, nearest)) {
        const bool touches = std::isfinite(pair.well) && nearest <= 1.2 * pair.well;
        const double neighbours = dimension == 3 ? 4.0 : 3.0;
        curvature = std::min(curvature, touches ? neighbours * pair.at_rest : pair.at_distance);
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
        squared += law_of(options_)->between_masses
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
