#pragma once
/// How much memory a rank will have had resident at most, from the sizes of what it holds. The functions name
/// the arrays that are there at a time; tests/app/limits_test.py holds them against measured peaks.

#include "rfhgn/workflow/options.hpp"

#include "plan.hpp"

namespace rfhgn::workflow {

/// What MPI, PETSc and the program itself take before any data, in bytes: measured, of this process. A job of
/// several ranks adds what MPI holds for its neighbours. Local.
double start_up_bytes(int ranks);

/// Beside start_up_bytes, of the fullest rank. Local.
double rollout_bytes(const SimulatedSystem& system, const RolloutOptions& options, const RolloutPlan& plan);
double generate_bytes(const SimulatedSystem& system, const GenerateOptions& options, int ranks);

/// Sizes of a data set as training sees it.
struct DataSize {
    double nodes = 0;
    double edges = 0;
    double snapshots = 0;
    int dimension = 3;
    int attributes = 0;  ///< columns of edges
};
double training_bytes(const Options& options, const DataSize& data, int ranks);
/// Whether training leaves the data in the file.
bool is_streamed(const data::StreamOptions& options, const DataSize& data, int ranks);

}  // namespace rfhgn::workflow
