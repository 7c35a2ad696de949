// rfhgn: parse, start MPI, run the command. The only place that catches, prints once, and ends the run.
#include <exception>
#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/stop_signal.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/blas_memory.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/watchdog.hpp"
#include "rfhgn/report/log.hpp"

#include "command_line.hpp"
#include "petsc_options.hpp"

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

int run(const rfhgn::workflow::CommandLine& command_line) {
    const rfhgn::parallel::Session session(command_line.petsc);
    rfhgn::note_stop_signals();
    try {
        rfhgn::report::start_log(session.world().rank(), command_line.quiet);
        rfhgn::parallel::require_blas_memory(session.world());
        rfhgn::app::check_petsc_options(session.world(), command_line);
        rfhgn::workflow::execute(session.world(), command_line);
        return static_cast<int>(ExitCode::success);
    } catch (const Error& error) {
        return end_with(session, error);
    } catch (const std::exception& error) {
        return end_with(session, rfhgn::parallel::as_error(error));
    }
}

// All ranks see the same command line. They leave through MPI: a launcher ends the others as soon as one has
// failed, perhaps before the root has spoken.
int refuse(const Error& error) {
    const rfhgn::parallel::Session session;
    if (session.world().is_root()) rfhgn::report::print_error(error.what(), error.advice());
    return static_cast<int>(error.code());
}

}  // namespace

int main(int argc, char** argv) {
    rfhgn::note_stop_signals();
    std::optional<rfhgn::workflow::CommandLine> command_line;
    try {
        command_line = rfhgn::app::parse_command_line(argc, argv);
    } catch (const Error& error) {
        return refuse(error);
    }
    if (!command_line) return static_cast<int>(ExitCode::success);
    try {
        return run(*command_line);
    } catch (const Error& error) {  // MPI or PETSc did not start
        if (rfhgn::parallel::launcher_rank() == 0) rfhgn::report::print_error(error.what(), error.advice());
        return static_cast<int>(error.code());
    }
}
