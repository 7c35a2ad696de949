#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::report {

/// Progress of a rollout: step, time, steps/s, ETA, relative energy drift. On a terminal one line that is redrawn;
/// otherwise log lines at a limited rate (first, then every `seconds`, last). Root prints.
std::unique_ptr<dynamics::Observer> show_progress(const parallel::Communicator& comm, std::string label,
                                                  std::int64_t last_step, double seconds = 10.0);

}  // namespace rfhgn::report
