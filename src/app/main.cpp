// rfhgn: parse, start MPI, run the command. The only place that catches, prints once, and ends the run.
#include <csignal>
#include <exception>
#include <string>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/stop_signal.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/blas_memory.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/watchdog.hpp"
#include "rfhgn/report/log.hpp"

#include "command_line.hpp"
#include "petsc_options.hpp"
#include "same_start.hpp"

namespace {

using rfhgn::Error;
using rfhgn::ExitCode;

constexpr double seconds_to_join = 2.0;
constexpr unsigned seconds_to_end = 10;

// Ranks that fail together end in order and the root speaks; a rank that fails alone speaks and ends all.
int end_with(const rfhgn::parallel::Session& session, const Error& error) {
    if (error.code() == ExitCode::stopped_early && error.everywhere()) {
        rfhgn::report::warn(fmt::format("{}\n{}", error.what(), error.advice()));
        return static_cast<int>(error.code());
    }
    const bool together = error.everywhere() || session.all_ranks_failed(seconds_to_join);
    if (session.world().is_root() || !together) rfhgn::report::print_error(error.what(), error.advice());
    const int code = static_cast<int>(error.code());
    if (!together) session.abort(code);
    // At the end of MPI, HDF5 closes together what an error has left open, and may wait for ever if a disk is
    // lost.
    rfhgn::parallel::end_within(seconds_to_end, code);
    return code;
}

// The output of these commands is what they are for; of the others it is a log.
bool speaks_only(const rfhgn::app::Request& request) {
    const auto& command = request.command_line.command;
    return request.answer || command == "info" || command == "check";
}

// A reader that has had enough is no failure; a full disk is.
void finish_output(const rfhgn::parallel::Communicator& comm, const rfhgn::app::Request& request) {
    rfhgn::parallel::together(comm, [&] {
        const auto fault = rfhgn::report::finish_output();
        if (fault.empty()) return;
        rfhgn::require<rfhgn::RunError>(!speaks_only(request), rfhgn::report::output_advice,
                                        "cannot write to standard output: {}", fault);
        rfhgn::report::print_warning(fmt::format("the log is not complete: {}", fault));
    });
}

int run(const rfhgn::app::Request& request, const std::string& arguments) {
    const rfhgn::parallel::Session session(request.command_line.petsc);
    rfhgn::note_stop_signals();
    try {
        rfhgn::app::require_same_start(session.world(), arguments);
        if (!request.answer) {
            rfhgn::report::start_log(session.world().rank(), request.command_line.quiet);
            rfhgn::parallel::require_blas_memory(session.world());
            rfhgn::app::check_petsc_options(session.world(), request.command_line);
            rfhgn::workflow::execute(session.world(), request.command_line);
        } else if (session.world().is_root()) {
            rfhgn::report::print(*request.answer);
        }
        finish_output(session.world(), request);
        return static_cast<int>(ExitCode::success);
    } catch (const Error& error) {
        return end_with(session, error);
    } catch (const std::exception& error) {
        return end_with(session, rfhgn::parallel::as_error(error));
    }
}

// Ranks leave through MPI: a launcher ends the others as soon as one has failed, perhaps before the root has
// spoken. Others may have been started with arguments that are right.
int refuse(const Error& error, const std::string& arguments) {
    const rfhgn::parallel::Session session;
    try {
        rfhgn::app::require_same_start(session.world(), arguments);
    } catch (const Error& difference) {
        return end_with(session, difference);
    }
    if (session.world().is_root()) rfhgn::report::print_error(error.what(), error.advice());
    return static_cast<int>(error.code());
}

// Without MPI.
int answer(const std::string& text) {
    rfhgn::report::print(text);
    const auto fault = rfhgn::report::finish_output();
    if (fault.empty()) return static_cast<int>(ExitCode::success);
    rfhgn::report::print_error(fmt::format("cannot write to standard output: {}", fault),
                               std::string(rfhgn::report::output_advice.text));
    return static_cast<int>(ExitCode::run_failed);
}

}  // namespace

int main(int argc, char** argv) {
    rfhgn::note_stop_signals();
    rfhgn::report::open_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);
    const auto arguments = rfhgn::app::as_typed(argc, argv);
    rfhgn::app::Request request;
    try {
        request = rfhgn::app::parse_command_line(argc, argv);
    } catch (const Error& error) {
        return refuse(error, arguments);
    }
    // Of several ranks, others may have been started with another command.
    if (request.answer && rfhgn::parallel::launcher_size() <= 1) return answer(*request.answer);
    try {
        return run(request, arguments);
    } catch (const Error& error) {  // MPI or PETSc did not start
        if (rfhgn::parallel::launcher_rank() == 0) rfhgn::report::print_error(error.what(), error.advice());
        return static_cast<int>(error.code());
    }
}
