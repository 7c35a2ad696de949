#include "rfhgn/workflow/checkpoint_schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::workflow {

namespace {

constexpr double seconds_between_looks = 0.1;
constexpr std::int64_t fastest_growth = 4;

}  // namespace

CheckpointSchedule::CheckpointSchedule(const parallel::Communicator& comm, CheckpointScheduleOptions options,
                                       std::int64_t first_step)
    : comm_(comm),
      options_(options),
      next_look_(first_step + 1),
      last_look_(first_step),
      looked_at_(parallel::wall_time()),
      checkpoint_at_(looked_at_) {}

// Time to write a last checkpoint must be left; what the first one takes is not known.
bool CheckpointSchedule::time_is_up(double now) const {
    if (options_.max_walltime <= 0) return false;
    const double known = 2 * checkpoint_seconds_ + 0.02 * options_.max_walltime;
    const double reserve = last_checkpoint_ >= 0 ? known : 0.05 * options_.max_walltime;
    return now - options_.started + reserve >= options_.max_walltime;
}

std::int64_t CheckpointSchedule::stride(std::int64_t step, double now) const {
    const auto done = step - last_look_;
    if (done <= 0) return 1;
    const double wanted =
        seconds_between_looks * static_cast<double>(done) / std::max(now - looked_at_, 1e-9);
    const auto most = fastest_growth * done;
    return wanted < static_cast<double>(most) ? std::max<std::int64_t>(1, std::llround(wanted)) : most;
}

CheckpointSchedule::Verdict CheckpointSchedule::look(std::int64_t step) {
    const double now = parallel::wall_time();
    const auto minutes = options_.checkpoint_minutes;
    // Request, time is up, checkpoint is due by time, stride: the last three are the root's.
    std::array<std::int64_t, 4> facts{parallel::stop_request(), 0, 0, 0};
    if (comm_.is_root()) {
        facts[1] = time_is_up(now) ? 1 : 0;
        facts[2] = minutes > 0 && now - checkpoint_at_ >= 60 * minutes ? 1 : 0;
        facts[3] = stride(step, now);
    }
    parallel::max(comm_, std::span<std::int64_t>(facts));
    last_look_ = step;
    looked_at_ = now;
    next_look_ = step + facts[3];
    const auto interval = options_.checkpoint_interval;
    if (interval > 0) next_look_ = std::min(next_look_, (step / interval + 1) * interval);
    if (facts[0] != 0 || facts[1] != 0) {
        reason_ =
            facts[0] != 0 ? parallel::request_name(static_cast<int>(facts[0])) : "the limit of wall time";
        return Verdict::stop;
    }
    const bool due = facts[2] != 0 || (interval > 0 && step % interval == 0);
    return due && step != last_checkpoint_ ? Verdict::checkpoint : Verdict::go_on;
}

void CheckpointSchedule::lead(std::int64_t from, std::int64_t to,
                              const std::function<void(std::int64_t)>& step_to) {
    for (auto step = from; step < to;) {
        step = std::min(to, next_look_);
        step_to(step);
        if (step == next_look_ && look(step) == Verdict::stop) parallel::interruption_point(comm_);
    }
}

void CheckpointSchedule::wrote_checkpoint(std::int64_t step, double seconds) {
    last_checkpoint_ = step;
    checkpoint_seconds_ = seconds;
    // Neither the next checkpoint nor the rate of steps counts what this one took.
    checkpoint_at_ = looked_at_ = parallel::wall_time();
}

double parse_walltime(const std::string& text) {
    constexpr Advice forms{"give seconds, MM:SS, HH:MM:SS or D-HH:MM:SS"};
    const auto day_end = text.find('-');
    double days = 0;
    std::string rest = text;
    const auto number = [&](const std::string& digits) {
        const bool ok = !digits.empty() && digits.size() <= 9 &&
                        digits.find_first_not_of("0123456789") == std::string::npos;
        require(ok, forms, "--max-walltime '{}' is not a time", text);
        return std::stod(digits);
    };
    if (day_end != std::string::npos) {
        days = number(text.substr(0, day_end));
        rest = text.substr(day_end + 1);
    }
    double seconds = 0;
    int fields = 0;
    for (std::size_t at = 0; at <= rest.size(); ++fields) {
        const auto end = std::min(rest.find(':', at), rest.size());
        const double part = number(rest.substr(at, end - at));
        require(part < 60 || fields == 0, forms,
                "--max-walltime '{}' has a field of {}, which is more than 59", text, part);
        seconds = 60 * seconds + part;
        at = end + 1;
    }
    require(fields <= 3 && (day_end == std::string::npos || fields == 3), forms,
            "--max-walltime '{}' is not a time", text);
    seconds += 86400 * days;
    require(seconds > 0, forms, "--max-walltime must be more than nothing");
    return seconds;
}

}  // namespace rfhgn::workflow
