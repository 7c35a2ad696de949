#pragma once
/// What is measured in fluids: temperature, pressure, radial distribution functions, mean-square
/// displacements and velocity autocorrelations, with statistical errors.

#include <memory>
#include <string>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/systems/units.hpp"

namespace rfhgn::dynamics {

/// 2 T / (d (N − 1) k) with 2 T = Σ p·v, and (Σ p·v + trace of the virial) / (d volume), in units of energy
/// per volume. *Collective.*
struct Thermodynamics {
    double temperature = 0;
    double pressure = 0;
};
Thermodynamics thermodynamics(const parallel::Communicator& comm, const StepView& frame,
                              const potential::ForceField& field, const systems::Units& units, double volume);

/// A table of results; columns of statistical errors follow what they belong to.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<double>> rows;
};
/// Lines of comma-separated values below a line of names.
std::string to_csv(const Table& table);

/// The keys of [rollout.observe].
struct ObserveOptions {
    std::int64_t interval = 10;      ///< steps between samples
    std::int64_t blocks = 10;        ///< of time, for statistical errors; each is a window of correlations
    std::int64_t radial_bins = 100;  ///< of g(r) up to the cutoff

    void bind(config::Section section);
};

/// What observers need to know of a fluid.
struct Fluid {
    double volume;
    double cutoff;
    int species;
    systems::Units units;
};

/// Mean and error of temperature, pressure, kinetic, potential and total energy: one row each, in this order,
/// columns mean, error. `result` is filled in finish and must outlive the observer, as must the force field.
/// Samples after `steps` steps fall into the last block.
std::unique_ptr<Observer> observe_averages(const parallel::Communicator& comm, const ObserveOptions& options,
                                           const Fluid& fluid, const potential::ForceField& field,
                                           std::int64_t steps, Table& result);

/// g(r) of every pair of species from the edges of the graph, up to the cutoff: rows r (middle of the bin),
/// g_11, error_11, g_12, ...
std::unique_ptr<Observer> observe_radial(const parallel::Communicator& comm, const ObserveOptions& options,
                                         const Fluid& fluid, std::int64_t steps, Table& result);

/// Correlations over windows, of which there are as many as blocks, each with its own origin of time: rows
/// time, then for each species msd (mean of |q(t) − q(0)|² along the path), its error, vacf (mean of
/// v(t)·v(0)), its error. Particles are known by global id wherever they live.
std::unique_ptr<Observer> observe_motion(const parallel::Communicator& comm, const ObserveOptions& options,
                                         const Fluid& fluid, std::int64_t steps, double dt, Table& result);

}  // namespace rfhgn::dynamics
