#pragma once
/// What ends a stage before it is done: a request, or silence.

#include <memory>
#include <string>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/watchdog.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// The wall_time() at which interruption points end the run; infinite without --max-walltime. Some of the
/// time is kept back for closing files.
double deadline(const CommandLine& line);

/// A stage under way: its interruption points stop it in order, and its watchdog ends it when nothing is
/// finished on any rank for as long as the deck's `watchdog_seconds`.
class StageWatch {
  public:
    /// *Collective.* Throws RunError when the watchdog's thread cannot be started.
    StageWatch(const Context& context, const std::string& stage);
    ~StageWatch();
    StageWatch(const StageWatch&) = delete;
    StageWatch& operator=(const StageWatch&) = delete;

  private:
    parallel::ScopedActivity activity_;
    std::unique_ptr<parallel::Watchdog> watchdog_;
};

/// A source of snapshots whose every reading is an interruption point.
std::unique_ptr<data::SnapshotSource> interruptible(const parallel::Communicator& comm,
                                                    std::unique_ptr<data::SnapshotSource> source);

}  // namespace rfhgn::workflow
