#include "rfhgn/parallel/interruption.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include <mpi.h>

#include "rfhgn/base/stop_signal.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::parallel {

namespace {

constexpr double seconds_between_probes = 0.02;
constexpr double seconds_of_spinning = 0.001;  // a short wait must not cost a time slice
constexpr auto nap = std::chrono::microseconds(200);

// Messages are empty; their tag says it all: the number of a signal or one of these.
constexpr int sign_of_life = 0;
constexpr int time_is_up = 1000;

// A rank's place in a binary tree of ranks, along which each passes on what it hears first.
class Messenger {
  public:
    Messenger(const Communicator& comm, double deadline)
        : deadline_(deadline), exceptions_at_start_(std::uncaught_exceptions()) {
        MPI_Comm_dup(comm.handle(), &handle_);
        for (const int rank : {(comm.rank() + 1) / 2 - 1, 2 * comm.rank() + 1, 2 * comm.rank() + 2})
            if (rank >= 0 && rank < comm.size()) neighbours_.push_back(rank);
    }
    ~Messenger() {
        if (std::uncaught_exceptions() == exceptions_at_start_) MPI_Comm_free(&handle_);
    }
    Messenger(const Messenger&) = delete;
    Messenger& operator=(const Messenger&) = delete;

    /// 0, or what asks for a stop. `working`: to look is a sign of life.
    int look(bool working) {
        const double now = wall_time();
        if (working) note_life(now);
        if (const int signal = stop_signal(); signal != 0) raise(signal);
        if (now >= deadline_) raise(time_is_up);
        if (now - probed_at_ >= seconds_between_probes) {
            probed_at_ = now;
            hear(now);
        }
        return request_;
    }

    Stage stage{};

  private:
    void raise(int request) {
        if (request_ != 0) return;
        request_ = request;
        pass_on(request);
    }

    void note_life(double now) {
        if (stage.alive) stage.alive();
        if (stage.beat_seconds <= 0 || now - beat_at_ < stage.beat_seconds) return;
        beat_at_ = now;
        pass_on(sign_of_life);
    }

    // MPI buffers what is empty: nobody waits for a rank that does not listen.
    void pass_on(int tag) {
        for (const int rank : neighbours_) {
            MPI_Request request = MPI_REQUEST_NULL;
            MPI_Isend(nullptr, 0, MPI_CHAR, rank, tag, handle_, &request);
            MPI_Request_free(&request);
        }
    }

    void hear(double now) {
        for (int there = 1; there != 0;) {
            MPI_Status status;
            MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, handle_, &there, &status);
            if (there == 0) return;
            MPI_Recv(nullptr, 0, MPI_CHAR, status.MPI_SOURCE, status.MPI_TAG, handle_, MPI_STATUS_IGNORE);
            if (status.MPI_TAG == sign_of_life) {
                note_life(now);
            } else {
                raise(status.MPI_TAG);
            }
        }
    }

    MPI_Comm handle_ = MPI_COMM_NULL;
    std::vector<int> neighbours_;
    double deadline_;
    int exceptions_at_start_;
    int request_ = 0;
    double probed_at_ = 0;
    double beat_at_ = 0;
};

std::unique_ptr<Messenger> messenger;

[[noreturn]] void interrupt(int request) {
    const auto& stage = messenger->stage;
    throw Error(ExitCode::stopped_early, fmt::format("{}: stopped by {}", stage.name, request_name(request)),
                stage.advice);
}

}  // namespace

Interruptible::Interruptible(const Communicator& comm, double deadline) {
    RFHGN_ASSERT(messenger == nullptr);
    messenger = std::make_unique<Messenger>(comm, deadline);
}

Interruptible::~Interruptible() {
    messenger.reset();
}

void enter_stage(Stage stage) {
    if (messenger) messenger->stage = std::move(stage);
}

int stop_request() {
    return messenger ? messenger->look(true) : stop_signal();
}

std::string request_name(int request) {
    return request == time_is_up ? "the limit of wall time" : signal_name(request);
}

void interruption_point() {
    if (!messenger) return;
    if (const int request = messenger->look(true); request != 0) interrupt(request);
}

void interruption_point(const Communicator& comm) {
    const int request = max(comm, messenger ? messenger->look(true) : 0);
    if (request == 0) return;
    try {
        interrupt(request);
    } catch (Error& stopped) {
        stopped.set_everywhere();
        throw;
    }
}

void wait_for_others(const Communicator& comm) {
    if (!messenger || comm.size() == 1) return;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(comm.handle(), &request);
    const double start = wall_time();
    for (int done = 0; done == 0;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done != 0 || wall_time() - start < seconds_of_spinning) continue;
        messenger->look(false);
        std::this_thread::sleep_for(nap);
    }
}

}  // namespace rfhgn::parallel
