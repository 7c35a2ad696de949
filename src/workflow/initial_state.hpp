#pragma once
/// Where runs begin, whether the graph of their particles is given or follows from a cutoff.

#include <functional>
#include <memory>

#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/dynamics/thermostat.hpp"
#include "rfhgn/graph/neighbour_list.hpp"

#include "simulated_system.hpp"

namespace rfhgn::workflow {

/// A simulation and the graph that it moves on.
struct SimulationRun {
    std::shared_ptr<const graph::DistributedGraph> given;  ///< or none
    std::unique_ptr<graph::NeighbourList> following;       ///< or none
    std::unique_ptr<dynamics::Simulation> simulation;

    [[nodiscard]] const graph::DistributedGraph& graph() const { return given ? *given : following->graph(); }
    /// The state by particles, of the owned ones in the order of the graph.
    [[nodiscard]] graph::Particles particles() const;
};

/// The state that one or several runs of a system begin with.
class InitialState {
  public:
    /// What the system's reference draws for trajectory 0. *Collective.*
    InitialState(const parallel::Communicator& comm, SimulatedSystem system,
                 const systems::InitialStateOptions& initial);

    /// Particles of a file. *Collective.*
    InitialState(const parallel::Communicator& comm, SimulatedSystem system,
                 const systems::InitialStateOptions& initial, Configuration from_file);

    /// The initial state of another trajectory, on the same given graph; of systems with a reference.
    /// *Collective.*
    void draw(std::int64_t trajectory);

    /// Takes a run from its first step to the last one of an equilibration.
    using Thermalise = std::function<void(const SimulationRun& moving, dynamics::Thermostat& thermostat)>;
    /// Moves the state by this force field with a thermostat at the temperature of the initial state; nothing
    /// to do when the options want no steps. Langevin's noise is keyed by the seed and the trajectory of the
    /// initial state. By default it steps with interruption points in between. *Collective.*
    void equilibrate(const potential::ForceField& field, const dynamics::EquilibrationOptions& options,
                     double dt, const Thermalise& thermalise = {});

    /// A run from here; several have the same particles, each with a graph of its own where it follows from
    /// the cutoff. Whoever looks at all neighbours of a node needs a full list. The force field must outlive
    /// the run. *Collective.*
    [[nodiscard]] SimulationRun run(const potential::ForceField& field,
                                    const dynamics::SimulationOptions& options,
                                    graph::ListStyle list_style = graph::ListStyle::half) const;

  private:
    parallel::Communicator comm_;
    SimulatedSystem system_;
    systems::InitialStateOptions initial_;
    std::int64_t trajectory_ = 0;
    std::shared_ptr<const graph::DistributedGraph> given_;
    dynamics::State state_;       // on a given graph
    graph::Particles particles_;  // on a graph that follows
};

/// Says aloud that `dt`, given as `key`, exceeds largest_stable_step, where some states are stable and others
/// not. Local.
void warn_of_step(const char* key, double dt, const systems::System& system);

}  // namespace rfhgn::workflow
