#include "rfhgn/base/stop_signal.hpp"

#include <csignal>
#include <initializer_list>

namespace rfhgn {

namespace {

volatile std::sig_atomic_t noted = 0;

// Nothing but what may be done inside a handler: a flag, and the default action of a repeated INT.
extern "C" void note(int signal) {
    if (signal == SIGINT && noted == SIGINT) {
        std::signal(SIGINT, SIG_DFL);
        std::raise(SIGINT);  // takes effect as soon as this handler returns
    }
    noted = signal;
}

bool is_ignored(int signal) noexcept {
    struct sigaction before {};
    return sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
}

}  // namespace

void leave_stop_signals() noexcept {
    for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) std::signal(signal, SIG_DFL);
}

void note_stop_signals() noexcept {
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;  // no system call of a library may fail because of it
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
    // Under nohup a run shall outlive its terminal.
    static const bool ignored = is_ignored(SIGHUP);
    if (ignored) action.sa_handler = SIG_IGN;
    sigaction(SIGHUP, &action, nullptr);
}

int stop_signal() noexcept {
    return noted;
}

const char* signal_name(int signal) noexcept {
    switch (signal) {
        case SIGUSR1:
            return "SIGUSR1";
        case SIGTERM:
            return "SIGTERM";
        case SIGINT:
            return "SIGINT";
        case SIGHUP:
            return "SIGHUP";
        default:
            return "no signal";
    }
}

}  // namespace rfhgn
