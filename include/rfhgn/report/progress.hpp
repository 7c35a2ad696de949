#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::report {

/// Progress of a rollout: step, time, steps/s, time left, relative energy drift since the first frame. On a
/// terminal one line that is redrawn; otherwise log lines at a limited rate (first, then every `seconds`,
/// last). Root prints. `interval()` follows the measured rate (the same on all ranks), so that a fast rollout
/// is not slowed down and a slow one is not silent: the time loop should ask for it at every step.
std::unique_ptr<dynamics::Observer> show_progress(const parallel::Communicator& comm, std::string label,
                                                  std::int64_t last_step, double seconds = 10.0);

}  // namespace rfhgn::report
