#include "equilibration.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "checkpoints.hpp"
#include "restart.hpp"

namespace rfhgn::workflow {

namespace {

// On a cutoff graph sums depend on the order of particles, and to save renews it. So that a stop leaves no
// trace in the bits, every run renews at the multiples of this step, and a checkpoint holds the last of them.
constexpr std::int64_t steps_between_renewals = 50;

class CheckpointedEquilibration {
  public:
    CheckpointedEquilibration(const Context& context, Checkpoints& checkpoints, const SimulationRun& moving,
                              dynamics::Thermostat& thermostat)
        : last_(context.options.rollout.equilibration.steps),
          checkpoints_(checkpoints),
          moving_(moving),
          thermostat_(thermostat) {
        if (checkpoints.resumes()) checkpoints.restore(*moving.simulation);
        first_ = step();
        pace_.emplace(context.comm, schedule_options(context), first_);
    }

    void run() {
        while (step() < last_) {
            const auto renewal = (step() / steps_between_renewals + 1) * steps_between_renewals;
            moving_.simulation->thermalise(thermostat_, std::min({last_, renewal, pace_->next_look()}));
            parallel::note_step(step());
            if (moving_.following && step() == renewal)
                renewed_.emplace(*moving_.simulation, moving_.graph());
            if (step() < pace_->next_look()) continue;
            const auto verdict = pace_->look(step());
            if (verdict == CheckpointSchedule::Verdict::go_on) continue;
            const double start = parallel::wall_time();
            const auto kept = write(verdict == CheckpointSchedule::Verdict::stop);
            pace_->wrote_checkpoint(step(), parallel::wall_time() - start);
            if (verdict == CheckpointSchedule::Verdict::stop)
                stop_early(
                    fmt::format("rollout: stopped at step {} of {} of the equilibration by {}, with a "
                                "checkpoint of step {}",
                                step(), last_, pace_->reason(), kept));
        }
    }

  private:
    [[nodiscard]] std::int64_t step() const { return moving_.simulation->state().step; }

    // Returns the step that is kept. Who is stopped before the first renewal keeps what there is all the
    // same: other bits are better than no progress.
    std::int64_t write(bool last) {
        const bool now = !moving_.following || (last && !renewed_);
        if (now) renewed_.emplace(*moving_.simulation, moving_.graph());
        if (renewed_) checkpoints_.write(*renewed_);
        return renewed_ ? renewed_->step : first_;
    }

    std::int64_t last_;
    std::int64_t first_ = 0;
    Checkpoints& checkpoints_;
    const SimulationRun& moving_;
    dynamics::Thermostat& thermostat_;
    std::optional<CheckpointSchedule> pace_;
    std::optional<Moment> renewed_;
};

}  // namespace

void equilibrate(const Context& context, RolloutSetup& setup) {
    const auto& options = context.options.rollout;
    if (options.equilibration.steps == 0) return;
    static constexpr parallel::Activity activity{
        "is equilibrating", "use more nodes with fewer ranks on each, or a smaller system"};
    const parallel::ScopedActivity equilibrating(activity);
    Checkpoints checkpoints(context, setup, Checkpoints::Phase::equilibration);
    const auto& field = setup.exact() ? *setup.exact() : *setup.force().field;
    setup.start().equilibrate(field, options.equilibration, setup.step().dt,
                              [&](const SimulationRun& moving, dynamics::Thermostat& thermostat) {
                                  CheckpointedEquilibration(context, checkpoints, moving, thermostat).run();
                              });
}

}  // namespace rfhgn::workflow
