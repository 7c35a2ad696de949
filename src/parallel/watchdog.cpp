#include "rfhgn/parallel/watchdog.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace rfhgn::parallel {

namespace {

constexpr int ticks = 20;

// Signals are for the main thread.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

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
    unsigned last_heard = heard_.load();
    int silent = 0;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::duration<double>(seconds / ticks), [this] { return done_; })) {
        const unsigned heard = heard_.load();
        silent = heard == last_heard ? silent + 1 : 0;
        last_heard = heard;
        if (silent < ticks) continue;
        last_words();
        // Destructors and MPI would wait for what hangs.
        std::_Exit(exit_code);
    }
}

}  // namespace rfhgn::parallel
