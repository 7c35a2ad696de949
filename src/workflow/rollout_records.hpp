#pragma once
/// What a rollout leaves behind: files, and figures for its summary.

#include <optional>
#include <vector>

#include "rfhgn/dynamics/comparison.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/workflow/context.hpp"

#include "deviation_record.hpp"
#include "extrapolation_watch.hpp"
#include "initial_state.hpp"
#include "measurements.hpp"
#include "rollout_setup.hpp"

namespace rfhgn::workflow {

/// Attaches the observers that [rollout] asks for and keeps what they gather; must live until the simulations
/// have finished.
class RolloutRecords {
  public:
    /// `beside` is the exact run to compare with, without a simulation where there is none. With `resumes`
    /// files of an earlier run are gone on with. *Collective.* Throws Errors on all ranks alike.
    RolloutRecords(const Context& context, const RolloutSetup& setup, const SimulationRun& moved,
                   const SimulationRun& beside, bool resumes);
    RolloutRecords(const RolloutRecords&) = delete;
    RolloutRecords& operator=(const RolloutRecords&) = delete;

    [[nodiscard]] const ExtrapolationRecord& training_range() const noexcept { return training_range_; }
    /// Files that are made of the whole run, after it. *Collective.* Throws RunError.
    void write() const;
    void add_to(report::Json& summary) const;
    /// The lines of the log that end a rollout.
    void log() const;

  private:
    void observe_moved(const SimulationRun& moved, bool resumes);
    void observe_beside(const SimulationRun& moved, const SimulationRun& beside, bool resumes);
    void add_output(const SimulationRun& run, const potential::ForceField* field, const char* trajectory,
                    const char* scalars, bool resumes, std::vector<io::ExtraElement> extra);
    [[nodiscard]] report::Json drift() const;
    [[nodiscard]] bool watches() const;

    const Context& context_;
    const RolloutSetup& setup_;
    std::optional<ForceDeviation> deviation_;
    std::vector<DeviationEntry> deviations_;
    std::optional<Measurements> measurements_;
    std::optional<Measurements> exact_measurements_;
    std::vector<dynamics::RolloutError> errors_;
    std::vector<dynamics::EnergyRecord::Entry> energies_;
    ExtrapolationRecord training_range_;
};

}  // namespace rfhgn::workflow
