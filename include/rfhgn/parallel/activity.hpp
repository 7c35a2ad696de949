#pragma once

#include <cstdint>
#include <string>

namespace rfhgn::parallel {

/// What the program is doing, for the last words of a run that hangs or has no memory left. Static texts:
/// they are read when nothing can be allocated, and from the watchdog's thread.
struct Activity {
    const char* doing;         ///< "is generating"
    const char* saves_memory;  ///< advice: "use fewer ranks on a node"
};

/// Makes this the activity until its end, and then the former one again. Local; one thread.
class ScopedActivity {
  public:
    explicit ScopedActivity(const Activity& activity) noexcept;
    ~ScopedActivity();
    ScopedActivity(const ScopedActivity&) = delete;
    ScopedActivity& operator=(const ScopedActivity&) = delete;

  private:
    const Activity* former_;
};

/// Until its end this thread computes by itself, within a library that tells of no progress: silence is no
/// sign that the run hangs.
class ScopedComputation {
  public:
    ScopedComputation() noexcept;
    ~ScopedComputation();
    ScopedComputation(const ScopedComputation&) = delete;
    ScopedComputation& operator=(const ScopedComputation&) = delete;
};
/// Whether there is one. Any thread.
bool computing() noexcept;

/// Tells at which step the activity is. Local, cheap.
void note_step(std::int64_t step) noexcept;

/// "is generating", "is at step 700 of the rollout". Any thread.
std::string current_activity();
/// What to do when memory is exhausted now. Any thread.
const char* memory_advice() noexcept;

}  // namespace rfhgn::parallel
