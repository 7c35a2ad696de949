#pragma once
/// Signals that ask a run to stop in order: USR1 (a queue warns before its time limit), TERM, INT, and HUP
/// (its terminal was closed) unless it is ignored.

namespace rfhgn {

/// From now on these signals only leave a note; a second INT ends the process at once. To be called first
/// thing, since left alone they kill, and again after libraries that set handlers of their own (PETSc, for
/// HUP).
void note_stop_signals() noexcept;

/// They do what they do by default again: end a program that has nothing to lose.
void leave_stop_signals() noexcept;

/// The signal that came last, 0 when none has. Local: ranks may differ for a while.
int stop_signal() noexcept;

/// "SIGUSR1", "SIGTERM", "SIGINT", "SIGHUP".
const char* signal_name(int signal) noexcept;

}  // namespace rfhgn
