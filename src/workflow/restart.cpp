#include "restart.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::workflow {

void stop_early(const std::string& what) {
    Error stopped(ExitCode::stopped_early, what, "go on with --restart");
    stopped.set_everywhere();
    throw stopped;
}

void stop_between_stages(const Context& context, const std::string& stage) {
    const auto& line = context.command_line;
    int signal = parallel::stop_request();
    bool time_is_up = false;
    if (context.comm.is_root())
        time_is_up = line.max_walltime > 0 && parallel::wall_time() - line.started >= line.max_walltime;
    signal = parallel::max(context.comm, signal);
    time_is_up = parallel::any(context.comm, time_is_up);
    if (signal == 0 && !time_is_up) return;
    stop_early(fmt::format("stopped after the stage {} by {}", stage,
                           signal != 0 ? parallel::request_name(signal) : "the limit of wall time"));
}

}  // namespace rfhgn::workflow
