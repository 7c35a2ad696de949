#pragma once
/// Pieces that stages share.

#include <string>
#include <vector>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

struct GeneratedSnapshots {
    data::SnapshotSet set;
    std::vector<GlobalIndex> edges_of_snapshot;
};

/// Snapshots of a system, consecutive trajectories on consecutive ranks. *Collective.*
GeneratedSnapshots generate_snapshots(const parallel::Communicator& comm, const systems::System& system,
                                      const GenerateOptions& options);

/// What a fit came to, as lines of the log that begin with `name`.
void log_fit(const std::string& name, const linalg::LeastSquaresReport& report);
/// Between which species a model of boxes has no force, if any, in a warning of this stage.
void warn_of_unseen_pairs(const std::string& stage, const model::PairwiseModel& model);

inline report::Json to_json(const training::VectorFieldError& error) {
    return {{"mse", error.mse},
            {"relative_velocity_error", error.relative_velocity},
            {"relative_force_error", error.relative_force},
            {"particles", error.nodes}};
}

}  // namespace rfhgn::workflow
