#pragma once
/// Standard deviations of the learned forces of every frame of a rollout.

#include <memory>
#include <vector>

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/report/summary.hpp"

namespace rfhgn::workflow {

/// Computes the deviations of a frame once, whoever asks. The model must outlive it.
class ForceDeviation {
  public:
    /// Throws InputError on all ranks when the model does not know the uncertainty of its forces.
    ForceDeviation(const parallel::Communicator& comm, const model::Model& model);

    /// Of a frame, [owned, d]; valid until the next frame is asked for. *Collective.*
    std::span<const double> of(const dynamics::StepView& frame);

  private:
    parallel::Communicator comm_;
    const model::Model& model_;
    std::int64_t step_ = -1;
    std::vector<double> deviation_;
};

/// One frame, the same on every rank. Deviations are of single components, in units of force.
struct DeviationEntry {
    std::int64_t step = 0;
    double time = 0;
    double rms = 0;
    double largest = 0;
    GlobalIndex particle = 0;  ///< that has the largest; of equal ones the first
};

/// Appends an entry a frame. What it refers to must outlive it.
std::unique_ptr<dynamics::Observer> record_deviations(const parallel::Communicator& comm,
                                                      ForceDeviation& deviation, std::int64_t interval,
                                                      std::vector<DeviationEntry>& entries);

/// Columns step, time, rms_deviation, largest_deviation, particle.
std::string to_csv(const std::vector<DeviationEntry>& entries);
/// `noise` is that of one observation, which the deviations leave out.
report::Json to_json(const std::vector<DeviationEntry>& entries, double noise);

}  // namespace rfhgn::workflow
