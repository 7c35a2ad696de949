#pragma once

#include <string>

#include "rfhgn/dynamics/fluid_observers.hpp"
#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

/// Columns temperature and pressure of a fluid's scalars; none for systems on given graphs. The force field
/// must outlive them.
io::ExtraScalars thermodynamic_scalars(const parallel::Communicator& comm, const systems::System& system,
                                       const potential::ForceField& field);

/// What [rollout.observe] measures in one simulation; must live until that has finished.
class FluidStatistics {
  public:
    /// Adds the observers.
    FluidStatistics(const parallel::Communicator& comm, const systems::System& system,
                    const potential::ForceField& field, const RolloutOptions& options,
                    dynamics::Simulation& simulation);
    FluidStatistics(const FluidStatistics&) = delete;
    FluidStatistics& operator=(const FluidStatistics&) = delete;

    /// After the simulation has finished: files `prefix`radial.csv and `prefix`motion.csv. *Collective.*
    /// Throws RunError.
    void write(const parallel::Communicator& comm, const std::string& prefix) const;
    /// Mean and error of temperature, pressure and energies; null where there is no error.
    [[nodiscard]] report::Json averages() const;

  private:
    dynamics::Table averages_;
    dynamics::Table radial_;
    dynamics::Table motion_;
};

}  // namespace rfhgn::workflow
