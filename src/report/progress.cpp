#include "rfhgn/report/progress.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::report {

namespace {

constexpr double seconds_between_redraws = 0.2;

/// "47 s", "3:05 min", "12:40 h".
std::string duration(double seconds) {
    const auto whole = std::llround(seconds);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
    return fmt::format("{}:{:02} h", whole / 3600, whole % 3600 / 60);
}

class Progress final : public dynamics::Observer {
  public:
    Progress(const parallel::Communicator& comm, std::string label, std::int64_t last_step, double seconds)
        : comm_(comm),
          label_(std::move(label)),
          last_step_(last_step),
          redraws_(comm.is_root() && on_terminal()),
          seconds_(redraws_ ? std::min(seconds, seconds_between_redraws) : seconds),
          interval_(std::clamp<std::int64_t>(last_step / 100, 1, 100)) {}

    [[nodiscard]] std::string name() const override { return "progress"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }

    void observe(const dynamics::StepView& frame) override {
        // The interval changes with the rate: the last step may be due by the old one and shown again at the
        // end.
        if (started_ && frame.step == seen_step_) return;
        const double now = parallel::wall_time();
        const double energy = frame.scalars.kinetic + frame.scalars.potential;
        if (!started_) start(frame, now, energy);
        const bool must_print = frame.step == first_step_ || frame.step == last_step_;
        if (comm_.is_root() && (must_print || now - printed_at_ >= seconds_)) {
            print(frame, now, energy);
            printed_at_ = now;
        }
        follow_rate(frame.step, now);
    }

  private:
    void start(const dynamics::StepView& frame, double now, double energy) {
        started_ = true;
        first_step_ = seen_step_ = frame.step;
        started_at_ = seen_at_ = now;
        first_energy_ = energy;
    }

    void print(const dynamics::StepView& frame, double now, double energy) const {
        const double elapsed = now - started_at_;
        const auto done = frame.step - first_step_;
        auto line = fmt::format("{}: step {} of {}, t = {:.6g}", label_, frame.step, last_step_, frame.time);
        if (done > 0) {
            const double rate = static_cast<double>(done) / std::max(elapsed, 1e-9);
            line += fmt::format(", {:.4g} steps/s", rate);
            line +=
                frame.step < last_step_
                    ? fmt::format(", {} left", duration(static_cast<double>(last_step_ - frame.step) / rate))
                    : fmt::format(", {} in all", duration(elapsed));
            line += fmt::format(", energy drift {:+.1e}", drift(energy));
        }
        if (redraws_ && frame.step < last_step_)
            redraw(line);
        else
            info(line);
    }

    [[nodiscard]] double drift(double energy) const {
        const double scale = std::abs(first_energy_);
        return (energy - first_energy_) / (scale > 0 ? scale : 1.0);
    }

    /// Aims at two observations per printed line. The root's clock decides, so that ranks agree.
    void follow_rate(std::int64_t step, double now) {
        const auto steps = step - seen_step_;
        if (steps > 0) {
            const double rate = static_cast<double>(steps) / std::max(now - seen_at_, 1e-9);
            const double wanted = rate * std::max(seconds_ / 2, 1e-3);
            const auto most = 4 * interval_;
            interval_ =
                std::max<std::int64_t>(1, wanted < static_cast<double>(most) ? std::llround(wanted) : most);
        }
        parallel::broadcast(comm_, std::span<std::int64_t>(&interval_, 1));
        seen_step_ = step;
        seen_at_ = now;
    }

    parallel::Communicator comm_;
    std::string label_;
    std::int64_t last_step_;
    bool redraws_;
    double seconds_;
    std::int64_t interval_;
    bool started_ = false;
    std::int64_t first_step_ = 0;
    std::int64_t seen_step_ = 0;
    double started_at_ = 0;
    double seen_at_ = 0;
    double printed_at_ = 0;
    double first_energy_ = 0;
};

}  // namespace

std::unique_ptr<dynamics::Observer> show_progress(const parallel::Communicator& comm, std::string label,
                                                  std::int64_t last_step, double seconds) {
    return std::make_unique<Progress>(comm, std::move(label), last_step, seconds);
}

}  // namespace rfhgn::report
