#pragma once
/// What [rollout.observe] asks for, and what of a fluid is told beside energies.

#include <string>
#include <utility>
#include <vector>

#include "rfhgn/dynamics/observer_kind.hpp"
#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/workflow/options.hpp"

#include "simulated_system.hpp"

namespace rfhgn::workflow {

/// Columns temperature and pressure of a fluid's scalars; none for systems on given graphs. The force field
/// must outlive them.
io::ExtraScalars thermodynamic_scalars(const parallel::Communicator& comm, const SimulatedSystem& system,
                                       const potential::ForceField& field);

/// `system`, moved by `field` in steps of `dt` as [rollout] says.
dynamics::ObservedRun observed_run(const parallel::Communicator& comm, const SimulatedSystem& system,
                                   const potential::ForceField& field, const RolloutOptions& options,
                                   double dt);

/// The measurements of one simulation, which must outlive this.
class Measurements {
  public:
    /// Adds one of each kind that the options ask for.
    Measurements(const dynamics::ObserveOptions& options, const dynamics::ObservedRun& run,
                 dynamics::Simulation& simulation);

    /// After the simulation has finished: the tables, in files `prefix`NAME. *Collective.* Throws RunError.
    void write(const parallel::Communicator& comm, const std::string& prefix) const;
    /// Numbers by their paths, `prefix` before each; null where one is not known. Local.
    void add_to(report::Json& summary, const std::string& prefix) const;

  private:
    struct Attached {
        std::vector<std::string> files;
        const dynamics::Measurement* measurement;
    };
    std::vector<Attached> attached_;
};

/// Names of the files that `write` makes. Local.
std::vector<std::string> measurement_files(const dynamics::ObserveOptions& options,
                                           const std::string& prefix);

}  // namespace rfhgn::workflow
