#include "rfhgn/parallel/activity.hpp"

#include <atomic>
#include <exception>

#include <fmt/format.h>

namespace rfhgn::parallel {

namespace {

constexpr Activity starting{"is starting", "free some memory, or use fewer ranks on a node"};
constexpr std::int64_t no_step = -1;

std::atomic<const Activity*> current{&starting};
std::atomic<std::int64_t> current_step{no_step};
std::atomic<int> computations{0};

}  // namespace

ScopedActivity::ScopedActivity(const Activity& activity) noexcept : former_(current.exchange(&activity)) {
    current_step = no_step;
}

ScopedActivity::~ScopedActivity() {
    // While an exception unwinds, what failed remains what is told.
    if (std::uncaught_exceptions() > 0) return;
    current = former_;
    current_step = no_step;
}

ScopedComputation::ScopedComputation() noexcept {
    ++computations;
}

ScopedComputation::~ScopedComputation() {
    --computations;
}

bool computing() noexcept {
    return computations > 0;
}

void note_step(std::int64_t step) noexcept {
    current_step.store(step, std::memory_order_relaxed);
}

std::string current_activity() {
    const std::int64_t step = current_step;
    const char* const doing = current.load()->doing;
    return step == no_step ? std::string(doing) : fmt::format("{}, at step {}", doing, step);
}

const char* memory_advice() noexcept {
    return current.load()->saves_memory;
}

}  // namespace rfhgn::parallel
