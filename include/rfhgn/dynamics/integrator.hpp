#pragma once
/// What takes a step in time: one class for force fields that are separable, one for those that are not.

#include <memory>
#include <vector>

#include "rfhgn/dynamics/state.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::dynamics {

/// A state, and what a force field makes of it: arrays [owned + ghosts, d] in the order of the graph.
struct Motion {
    State state;
    std::vector<double> velocity;  ///< ∂H/∂p of owned nodes
    std::vector<double> force;     ///< −∂H/∂q of owned nodes
    parallel::PhaseTimes times;    ///< an integrator's are "forces", "halo", "integrate"
};

/// Steps by one force field on one graph, which must outlive it.
class Integrator {
  public:
    virtual ~Integrator() = default;

    /// Brings ghosts and forces up to date with the state. *Collective.*
    virtual void update_forces(Motion& motion) const = 0;
    /// Brings velocities up to date with the state; forces are already. *Collective.*
    virtual void update_velocities(Motion& motion) const = 0;

    /// The first part of a step, to its new positions: where these ask for another graph, it is made before
    /// the second part. Ghosts and forces are those of the state. *Collective.* Throws RunError on all ranks.
    virtual void advance(Motion& motion) = 0;
    /// The rest of the step. *Collective.*
    virtual void complete(Motion& motion) = 0;

    /// Energy of motion of this rank's nodes.
    [[nodiscard]] virtual double kinetic_energy(const State& state) const = 0;
    /// The rest of the energy, of the whole system. *Collective.*
    [[nodiscard]] virtual double potential_energy(const State& state) const = 0;
};

/// Kick-drift-kick leapfrog (Störmer-Verlet), one force evaluation a step; the halo exchange of positions
/// overlaps with the forces of interior edges.
std::unique_ptr<Integrator> leapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                     const potential::ForceField& field, double dt);

struct ImplicitLeapfrogOptions {
    double dt = 0.01;          ///< negative: backwards in time
    double tolerance = 1e-13;  ///< largest change of a fixed-point iteration over the largest component
    int most_iterations = 50;  ///< of one implicit stage
};

/// The generalised leapfrog (Störmer-Verlet for any H; Hairer, Lubich, Wanner, Geometric Numerical
/// Integration, VI.3): symmetric, symplectic, of second order,
///     p' = p − h/2 ∂H/∂q(q, p'),
///     q₁ = q + h/2 (∂H/∂p(q, p') + ∂H/∂p(q₁, p')),
///     p₁ = p' − h/2 ∂H/∂q(q₁, p').
/// Where H is separable these are the steps of `leapfrog`, bit for bit but for rounding. The first two stages
/// are solved by fixed-point iteration: advance throws RunError on all ranks when one does not converge or is
/// not finite, naming step, stage and what was reached. The energy of motion is Σ |p|²/2m. Throws InputError
/// on all ranks for a step, tolerance or number of iterations that cannot work.
std::unique_ptr<Integrator> implicit_leapfrog(const parallel::Communicator& comm,
                                              const graph::DistributedGraph& graph,
                                              const potential::ForceField& field,
                                              ImplicitLeapfrogOptions options);

}  // namespace rfhgn::dynamics
