#pragma once
/// When a run writes checkpoints and when it stops early; the same on every rank.

#include <cstdint>
#include <functional>
#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::workflow {

struct CheckpointScheduleOptions {
    std::int64_t checkpoint_interval = 0;  ///< steps between checkpoints; 0: by time only
    double checkpoint_minutes = 10;        ///< wall time between checkpoints; 0: by steps only
    double max_walltime = 0;               ///< seconds from `started`; 0: no limit
    double started = 0;                    ///< parallel::wall_time() when the program began
};

/// Looks up from stepping now and then: signals are agreed on and clocks read (the root's, for all) by one
/// small collective about every tenth of a second, however long a step takes.
class CheckpointSchedule {
  public:
    enum class Verdict { go_on, checkpoint, stop };

    CheckpointSchedule(const parallel::Communicator& comm, CheckpointScheduleOptions options,
                       std::int64_t first_step);

    /// How far to step before the next look.
    [[nodiscard]] std::int64_t next_look() const noexcept { return next_look_; }
    /// What to do at this step. *Collective.*
    Verdict look(std::int64_t step);
    /// Brings a run that keeps nothing from step `from` to `to` by calls of `step_to`, looking up in between.
    /// Throws an Error of code stopped_early on all ranks of the communicator. *Collective.*
    void lead(std::int64_t from, std::int64_t to, const std::function<void(std::int64_t)>& step_to);
    /// Tells that a checkpoint is there, and what it took. Local.
    void wrote_checkpoint(std::int64_t step, double seconds);
    [[nodiscard]] std::int64_t last_checkpoint() const noexcept { return last_checkpoint_; }
    /// Why it stops: "SIGUSR1", "the limit of wall time".
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

  private:
    [[nodiscard]] bool time_is_up(double now) const;
    [[nodiscard]] std::int64_t stride(std::int64_t step, double now) const;

    parallel::Communicator comm_;
    CheckpointScheduleOptions options_;
    std::int64_t next_look_;
    std::int64_t last_look_;
    std::int64_t last_checkpoint_ = -1;
    double looked_at_;
    double checkpoint_at_;
    double checkpoint_seconds_ = 0;
    std::string reason_;
};

/// Seconds in "90", "1:30", "01:00:00" or "2-12:00:00". Throws InputError. Local.
double parse_walltime(const std::string& text);

}  // namespace rfhgn::workflow
