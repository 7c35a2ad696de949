#pragma once
/// A system in time, with observers looking on. What moves it is a force field, exact or learned.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/dynamics/integrator.hpp"
#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/dynamics/state.hpp"
#include "rfhgn/dynamics/thermostat.hpp"
#include "rfhgn/graph/neighbour_list.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::dynamics {

struct SimulationOptions {
    double dt = 0.01;
    std::int64_t check_interval = 100;  ///< steps between checks for a non-finite or exploding state
    double explosion = 1e6;    ///< stop when the kinetic energy exceeds this times its first value plus |V|
    double tolerance = 1e-13;  ///< of a force field that is not separable: see ImplicitLeapfrogOptions
    int most_iterations = 50;
};

/// One system in time, by the leapfrog. The graph is given once and for all, or follows from a cutoff: then
/// it is rebuilt before forces whenever someone moved half the skin, and the particles of this rank and their
/// order change with it. The graph and the force field must outlive it.
class Simulation {
  public:
    /// Positions of ghosts are brought up to date here. A force field that is not separable is moved by the
    /// implicit leapfrog; its energy is told as that of motion, Σ |p|²/2m, and the rest. *Collective.* Throws
    /// like implicit_leapfrog.
    Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
               const potential::ForceField& field, State state, SimulationOptions options);
    /// The state is in the order of the graph, as NeighbourList leaves its particles; the force field is
    /// separable. *Collective.*
    Simulation(const parallel::Communicator& comm, graph::NeighbourList& graph,
               const potential::ForceField& field, State state, SimulationOptions options);

    /// Adds an observer, of a name that no other has; they are called in the order of addition.
    void observe_with(std::unique_ptr<Observer> observer);

    /// `steps` steps, each followed by the thermostat, before data are taken: observers see none of them.
    /// Then momenta are settled (settle_momenta) and time is at step 0 again. Before the first run_to.
    /// *Collective.* Throws like run_to.
    void equilibrate(Thermostat& thermostat, std::int64_t steps);
    /// The two halves of it: steps up to and including `last_step`, in one call or several; and the end.
    /// *Collective.* Throw like run_to.
    void thermalise(Thermostat& thermostat, std::int64_t last_step);
    void settle(const Thermostat& thermostat);
    /// Steps up to and including `last_step`, calling observers at their steps; the first call shows them the
    /// initial state too. *Collective.* Throws RunError on all ranks when the state is non-finite or
    /// explodes, naming step and particle.
    void run_to(std::int64_t last_step);
    /// Shows the last state to observers that have not seen it and tells them that there is nothing to come.
    /// *Collective.*
    void finish();

    /// What it takes to go on from this step on: the state, and what observers have gathered, whose files are
    /// brought to disk. Particles are in the order of graph() afterwards: it is renewed first. *Collective.*
    [[nodiscard]] SavedState save();
    /// Goes on from there; before the first run_to, with the observers that were there. `fetch` gives what
    /// `save` left, particles in the order of a graph. Observers that were not there begin here, where they
    /// may. *Collective.* Throws InputError when it does not fit.
    using Fetch = std::function<SavedState(const graph::DistributedGraph&)>;
    void restore(const Fetch& fetch);
    /// Observers that were added when the run was under way already, by restoring a checkpoint that does not
    /// know them, and the step from which on they observe; checkpoints remember it.
    [[nodiscard]] const std::map<std::string, std::int64_t>& late_observers() const noexcept {
        return late_observers_;
    }
    /// Makes a cutoff graph anew with fresh subdomains, and forces with it: what follows depends on the state
    /// by particle id and on the number of ranks alone, so that a run that starts from this state repeats it
    /// bit by bit. Nothing to do on a given graph. *Collective.*
    void renew();

    [[nodiscard]] const State& state() const noexcept { return motion_.state; }
    /// Of this instant; the same object always.
    [[nodiscard]] const graph::DistributedGraph& graph() const noexcept { return graph_; }
    /// Of a cutoff graph; none where the graph is given.
    [[nodiscard]] std::optional<graph::Box> box() const {
        return cutoff_ ? std::optional(cutoff_->box()) : std::nullopt;
    }
    [[nodiscard]] std::span<const double> forces() const noexcept { return motion_.force; }
    [[nodiscard]] double time() const noexcept {
        return static_cast<double>(motion_.state.step) * options_.dt;
    }
    /// Energies, total momentum and angular momentum (of wrapped positions: without meaning in a periodic
    /// box) of this instant. *Collective.*
    [[nodiscard]] Scalars scalars() const;
    /// "forces", "halo" (waiting for ghosts), "integrate", "observe"; on a cutoff graph "neighbours".
    [[nodiscard]] const parallel::PhaseTimes& times() const noexcept { return motion_.times; }

  private:
    Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
               graph::NeighbourList* cutoff, std::unique_ptr<Integrator> integrator, State state,
               SimulationOptions options);
    void step();
    void refresh();
    void rebuild(graph::NeighbourList::Cuts cuts);
    void take(const SavedState& saved);
    void restore_observers(const SavedState& saved);
    void show(const std::function<bool(std::int64_t)>& due);
    void check() const;
    void set_energy_scale();

    parallel::Communicator comm_;
    const graph::DistributedGraph& graph_;
    graph::NeighbourList* cutoff_;  // what makes the graph; none when it is given
    std::unique_ptr<Integrator> integrator_;
    SimulationOptions options_;
    Motion motion_;
    std::vector<std::unique_ptr<Observer>> observers_;
    std::map<std::string, std::int64_t> late_observers_;
    double energy_scale_ = 0;  // |T| + |V| at the start, per what an explosion is judged
    bool shown_first_ = false;
};

}  // namespace rfhgn::dynamics
