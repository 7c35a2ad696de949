#pragma once
/// Where runs begin, whether the graph of their particles is given or follows from a cutoff.

#include <functional>
#include <memory>
#include <string>

#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/dynamics/thermostat.hpp"
#include "rfhgn/graph/neighbour_list.hpp"
#include "rfhgn/potential/species_names.hpp"
#include "rfhgn/systems/system.hpp"

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
    /// The initial state of trajectory 0. The system must outlive this. *Collective.*
    InitialState(const parallel::Communicator& comm, const systems::System& system,
                 const systems::InitialStateOptions& initial);

    /// These particles in the box of the system, a fluid. *Collective.*
    InitialState(const parallel::Communicator& comm, const systems::System& system,
                 const systems::InitialStateOptions& initial, graph::Particles particles);

    /// The initial state of another trajectory, on the same given graph. *Collective.*
    void draw(std::int64_t trajectory);

    /// Takes a run from its first step to the last one of an equilibration.
    using Thermalise = std::function<void(const SimulationRun& moving, dynamics::Thermostat& thermostat)>;
    /// Moves the state by the exact force with a thermostat at the temperature of the initial state; nothing
    /// to do when the options want no steps. Langevin's noise is keyed by the seed and the trajectory of the
    /// initial state. By default it steps with interruption points in between. *Collective.*
    void equilibrate(const dynamics::EquilibrationOptions& options, double dt,
                     const Thermalise& thermalise = {});

    /// A run from here; several have the same particles, each with a graph of its own where it follows from
    /// the cutoff. Whoever looks at all neighbours of a node needs a full list. The force field must outlive
    /// the run. *Collective.*
    [[nodiscard]] SimulationRun run(const potential::ForceField& field,
                                    const dynamics::SimulationOptions& options,
                                    graph::ListStyle list_style = graph::ListStyle::half) const;

  private:
    parallel::Communicator comm_;
    const systems::System& system_;
    systems::InitialStateOptions initial_;
    std::int64_t trajectory_ = 0;
    std::shared_ptr<const graph::DistributedGraph> given_;
    dynamics::State state_;       // on a given graph
    graph::Particles particles_;  // on a graph that follows
};

/// Says aloud that `dt`, given as `key`, exceeds largest_stable_step, where some states are stable and others
/// not. Local.
void warn_of_step(const char* key, double dt, const systems::System& system);

/// A state from a file, and the box that it lives in.
struct Configuration {
    graph::Box box;
    potential::SpeciesNames species_names{};  ///< by number
    graph::Particles particles;               ///< a block of ids a rank
};

/// Reads the one snapshot of a data set for a run of `system`, its species numbered as the model numbers
/// these names. *Collective.* Throws InputError when there are several, or when box, units or species do not
/// fit.
Configuration read_configuration(const parallel::Communicator& comm, const systems::System& system,
                                 const std::string& path, const potential::SpeciesNames& numbered_as);

}  // namespace rfhgn::workflow
