#pragma once
/// What ends a stage that makes no progress.

#include <functional>
#include <memory>
#include <string>

#include "rfhgn/graph/snapshots.hpp"
#include "rfhgn/parallel/watchdog.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// A watchdog with the patience of a deck's `key`, `seconds`; 0: none. The root speaks, and says what it
/// `does`; should it be the one that hangs for good, another rank does, a tenth later. Local.
parallel::Watchdog watch_over(const Context& context, const std::string& key, double seconds,
                              std::function<std::string()> does);

/// A source of snapshots whose every reading is progress. The watchdog must outlive it.
std::unique_ptr<graph::SnapshotSource> watched(std::unique_ptr<graph::SnapshotSource> source,
                                               parallel::Watchdog& watchdog);

}  // namespace rfhgn::workflow
