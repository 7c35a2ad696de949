#pragma once
/// Pieces that stages share.

#include <string>
#include <vector>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/training/trainer.hpp"
#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

struct GeneratedSnapshots {
    data::SnapshotSet set;
    std::vector<GlobalIndex> edges_of_snapshot;
};

/// Snapshots of a system, consecutive trajectories on consecutive ranks. *Collective.*
GeneratedSnapshots generate_snapshots(const parallel::Communicator& comm, const systems::System& system,
                                      const GenerateOptions& options);

/// What the fits of a training came to, as lines of the log.
void log_fits(const std::string& stage, const training::TrainingResult& result);
/// The same for a summary, with the constant of the energy.
void add_fits(const training::TrainingResult& result, report::Json& summary);
/// Between which species a model of boxes has no force, if any, in a warning of this stage.
void warn_of_unseen_pairs(const std::string& stage, const model::Model& model);

inline report::Json to_json(const training::VectorFieldError& error) {
    report::Json json{{"mse", error.mse},
                      {"relative_velocity_error", error.relative_velocity},
                      {"relative_force_error", error.relative_force},
                      {"particles", error.nodes}};
    if (error.energies > 0) {
        json["energy_rmse_per_particle"] = error.energy_rmse_per_particle;
        json["energies"] = error.energies;
    }
    return json;
}

}  // namespace rfhgn::workflow
