#include "rfhgn/parallel/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <unistd.h>
#include <utility>

#include "rfhgn/parallel/activity.hpp"

namespace rfhgn::parallel {

namespace {

constexpr int ticks = 20;
constexpr double longest_tick = 3600;  // seconds; a clock counts to some 292 years

// Signals are for the main thread.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

volatile std::sig_atomic_t last_exit_code = 0;

extern "C" void end_now(int /*signal*/) {
    _exit(last_exit_code);
}

}  // namespace

void end_within(unsigned seconds, int exit_code) noexcept {
    last_exit_code = exit_code;
    std::signal(SIGALRM, end_now);
    alarm(seconds);
}

Watchdog::Watchdog(double seconds, int exit_code, std::function<void()> last_words) {
    if (seconds <= 0) return;
    thread_ = std::thread([this, seconds, exit_code, words = std::move(last_words)] {
        block_signals();
        watch(seconds, exit_code, words);
    });
}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        done_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Watchdog::watch(double seconds, int exit_code, const std::function<void()>& last_words) {
    const double tick = std::min(seconds / ticks, longest_tick);
    unsigned last_heard = heard_.load();
    double silent = 0;  // ticks
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::duration<double>(tick), [this] { return done_; })) {
        const unsigned heard = heard_.load();
        silent = heard == last_heard && !computing() ? silent + 1 : 0;
        last_heard = heard;
        if (silent < std::round(seconds / tick)) continue;
        last_words();
        // Destructors and MPI would wait for what hangs.
        std::_Exit(exit_code);
    }
}

}  // namespace rfhgn::parallel
