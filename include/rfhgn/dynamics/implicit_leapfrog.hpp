#pragma once
/// Leapfrog for Hamiltonians that are not separable.

#include <cstdint>
#include <vector>

#include "rfhgn/dynamics/state.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/systems/general_hamiltonian.hpp"

namespace rfhgn::dynamics {

struct ImplicitLeapfrogOptions {
    double dt = 0.01;          ///< negative: backwards in time
    double tolerance = 1e-13;  ///< largest change of a fixed-point iteration over the largest component
    int most_iterations = 50;  ///< of one implicit stage
};

/// The generalised leapfrog (Störmer-Verlet for any H; Hairer, Lubich, Wanner, Geometric Numerical
/// Integration, VI.3): symmetric, symplectic, of second order,
///     p' = p − h/2 ∂H/∂q(q, p'),   q₁ = q + h/2 (∂H/∂p(q, p') + ∂H/∂p(q₁, p')),   p₁ = p' − h/2 ∂H/∂q(q₁,
///     p').
/// Where H is separable these are the steps of Simulation, bit for bit but for rounding. The first two stages
/// are solved by fixed-point iteration. Graph and Hamiltonian must outlive it.
class ImplicitLeapfrog {
  public:
    /// Ghosts of the state are brought up to date here. *Collective.* Throws InputError on all ranks for a
    /// step, tolerance or number of iterations that cannot work.
    ImplicitLeapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                     const systems::GeneralHamiltonian& hamiltonian, State state,
                     ImplicitLeapfrogOptions options);

    /// Steps up to and including `last_step`. *Collective.* Throws RunError on all ranks when an iteration
    /// does not converge or the state is not finite, naming step, stage and what was reached.
    void run_to(std::int64_t last_step);

    [[nodiscard]] const State& state() const noexcept { return state_; }
    /// Goes on from another state on the same graph. *Collective.*
    void set_state(State state);
    /// H of this instant. *Collective.*
    [[nodiscard]] double energy() const {
        return hamiltonian_.energy(graph_, state_.position, state_.momentum);
    }
    /// Fixed-point iterations of both stages, over all steps so far.
    [[nodiscard]] std::int64_t iterations() const noexcept { return iterations_; }

  private:
    void step();
    template <class Update>
    void iterate(const char* stage, std::vector<double>& unknown, Update&& update);
    void compute_gradient();

    parallel::Communicator comm_;
    const graph::DistributedGraph& graph_;
    const systems::GeneralHamiltonian& hamiltonian_;
    State state_;
    ImplicitLeapfrogOptions options_;
    std::vector<double> by_position_;
    std::vector<double> by_momentum_;
    std::vector<double> start_;           ///< of the stage's unknown
    std::vector<double> first_velocity_;  ///< ∂H/∂p at the beginning of the drift
    std::int64_t iterations_ = 0;
};

}  // namespace rfhgn::dynamics
