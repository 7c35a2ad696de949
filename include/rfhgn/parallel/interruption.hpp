#pragma once
/// How a run ends before it is done: a signal or the limit of wall time asks for it, and long loops look up
/// at interruption points. What one rank knows it passes on in small messages along a tree, without a
/// collective, so that ranks that work by themselves for long learn of it too. Signs of life travel the same
/// way: a rank that waits for others knows that they are at work.

#include <functional>
#include <string>

#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// While it lives, interruption points of this process act; there is one at a time.
class Interruptible {
  public:
    /// `deadline` is a wall_time(), infinite for none. *Collective.*
    Interruptible(const Communicator& comm, double deadline);
    /// *Collective* in a normal exit; while an exception unwinds it frees nothing.
    ~Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
};

/// What is interrupted.
struct Stage {
    std::string name;               ///< "generate"
    std::string advice;             ///< what to do after an interruption
    double beat_seconds = 0;        ///< between signs of life that are passed on; 0: none are
    std::function<void()> alive{};  ///< called on every sign of life, of this rank or another
};
/// Nothing to do where nothing is Interruptible. Local.
void enter_stage(Stage stage);

/// What asks the run to stop, 0 while nothing does. A sign of life. Local, cheap; ranks may differ for a
/// while.
int stop_request();
/// "SIGUSR1", "the limit of wall time".
std::string request_name(int request);

/// Throws an Error of code stopped_early when there is a request. A sign of life. Local: for places where
/// what one rank throws is agreed on, as within `together`.
void interruption_point();
/// The same, agreed on: all ranks of `comm` throw or none does. *Collective.*
void interruption_point(const Communicator& comm);

/// Returns when all ranks are here. Until then it hears whether others are at work. *Collective.*
void wait_for_others(const Communicator& comm);

/// `together` for work that may keep ranks busy unequally long. *Collective.*
template <class Local>
auto together_at_length(const Communicator& comm, Local&& local) {
    struct Wait {
        const Communicator& comm;
        ~Wait() { wait_for_others(comm); }
    };
    return together(comm, [&] {
        const Wait wait{comm};
        return local();
    });
}

}  // namespace rfhgn::parallel
