#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace rfhgn::parallel {

/// Ends the process when nothing has been heard for too long: a lost file system or a rank that hangs leaves
/// all others waiting for ever inside a library, where no check is reached. It counts its own ticks, so that
/// a process that was stopped or a machine that slept is not taken for one that hangs; clocks do not matter.
/// Nor does a ScopedComputation count as silence.
class Watchdog {
  public:
    /// After `seconds` of silence (0: never) calls `last_words` and ends the process with `exit_code`. Local.
    Watchdog(double seconds, int exit_code, std::function<void()> last_words);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// There is progress. Local, cheap.
    void alive() noexcept { heard_.fetch_add(1, std::memory_order_relaxed); }

  private:
    void watch(double seconds, int exit_code, const std::function<void()>& last_words);

    std::atomic<unsigned> heard_{0};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool done_ = false;
    std::thread thread_;
};

/// Ends the process with this exit code after so many seconds, if it is still there. For the way out of a
/// failure: it needs no memory and no thread. Local.
void end_within(unsigned seconds, int exit_code) noexcept;

}  // namespace rfhgn::parallel
