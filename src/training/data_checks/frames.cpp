#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "motion.hpp"
#include "sampled_check.hpp"
#include "slope.hpp"

namespace rfhgn::training {

namespace {

enum Column : std::size_t {
    momentum,
    momentum_fits,
    velocity_fits,
    mass_differs,
    force,
    force_fits,
    columns
};

// y = slope x over all components: slope, and the cosine between both.
struct Line {
    double slope = 0;
    double cosine = 0;
};
Line line(double xx, double xy, double yy) {
    if (xx == 0 || yy == 0) return {};
    return {xy / xx, xy / std::sqrt(xx * yy)};
}

/// Of a frame and the next of its trajectory: p / (m Δq/Δt) with the mean momentum, Δp / (Δt F) with the mean
/// force, and how well each line fits.
class Frames final : public SampledCheck<columns> {
  public:
    using SampledCheck::SampledCheck;

  private:
    [[nodiscard]] std::optional<Row> sample(const SnapshotView& now, const SnapshotView* before) override;
    void judge(const Sample& rows, DataReport& report) const override;
};

std::optional<Frames::Row> Frames::sample(const SnapshotView& now, const SnapshotView* before) {
    if (!before || before->trajectory != now.trajectory) return std::nullopt;
    const double dt = now.time - before->time;
    if (!(dt > 0)) return std::nullopt;
    const auto motion = motion_between(*before, now);
    if (!motion || motion->strained) return std::nullopt;
    double xx = 0, xy = 0, yy = 0, vv = 0, vy = 0;  // momenta against m Δq/Δt, and against Δq/Δt
    double ff = 0, fp = 0, pp = 0;                  // changes of momenta against Δt F
    for (std::size_t i = 0; i < now.momentum.size(); ++i) {
        const double v = motion->moved[i] / dt;
        const double mv = now.mass[i / now.dimension] * v;
        const double p = (before->momentum[i] + now.momentum[i]) / 2;
        const double change = now.momentum[i] - before->momentum[i];
        const double pushed = now.force.empty() ? 0 : dt * (before->force[i] + now.force[i]) / 2;
        xx += mv * mv, xy += mv * p, yy += p * p, vv += v * v, vy += v * p;
        ff += pushed * pushed, fp += pushed * change, pp += change * change;
    }
    constexpr double small_change = 0.5;  // of momenta; else frames may be anything apart
    if (yy == 0 || pp > small_change * small_change * yy) return std::nullopt;
    const auto of_mass = line(xx, xy, yy);
    const auto of_force = line(ff, fp, pp);
    const bool masses_differ = std::ranges::adjacent_find(now.mass, std::not_equal_to{}) != now.mass.end();
    return Row{of_mass.slope,  of_mass.cosine, line(vv, vy, yy).cosine, masses_differ ? 1.0 : 0.0,
               of_force.slope, of_force.cosine};
}

// Most pairs of frames must lie on a line.
bool tells(const std::vector<double>& cosines) {
    constexpr double near = 0.9;
    const auto fitting = std::ranges::count_if(cosines, [](double c) { return std::fabs(c) > near; });
    return fitting >= 3 && 2 * fitting > static_cast<std::ptrdiff_t>(cosines.size());
}

// Times that are too long by a factor make momenta seem so much too large, and forces by its square.
bool judge_times(double momenta, double forces, DataReport& report) {
    if (near_one(momenta) || !near_one(momenta * forces)) return false;
    report.findings.push_back(
        {"frames",
         fmt::format("times are {} times what momenta and forces say of the motion from frame to frame",
                     ratio_text(momenta)),
         "correct the units of times (they matter for rates from frames alone)", momenta});
    return true;
}

void judge_momenta(double ratio, bool velocities, DataReport& report) {
    if ((near_one(ratio) && !velocities) || report.found("momenta")) return;
    report.findings.push_back(
        {"frames",
         velocities ? "velocities stand where momenta should: they follow dq/dt, whatever the mass"
                    : fmt::format("momenta are {} times mass times the motion from frame to frame",
                                  ratio_text(ratio)),
         "write momenta (velocities times masses), in units in which dq/dt = p/m; or correct the masses",
         ratio});
}

void judge_forces(double ratio, DataReport& report) {
    if (near_one(ratio)) return;
    report.findings.push_back(
        {"frames",
         fmt::format("forces are {} times the change of momenta from frame to frame", ratio_text(ratio)),
         ratio < 0 ? "forces are -dV/dq: turn their sign" : "correct the units of forces, masses or times",
         ratio});
}

void Frames::judge(const Sample& rows, DataReport& report) const {
    DataCheckResult result{.name = "frames"};
    const bool velocities = median(rows[mass_differs]) > 0 && tells(rows[velocity_fits]) &&
                            1 - median(rows[velocity_fits]) < 0.5 * (1 - median(rows[momentum_fits]));
    const bool momenta = velocities || tells(rows[momentum_fits]);
    const bool forces = tells(rows[force_fits]);
    const double of_momenta = momenta ? median(rows[momentum]) : 1;
    const double of_forces = forces ? median(rows[force]) : 1;
    result.possible = momenta || forces;
    result.words = "motion along trajectories (no frames near each other in time)";
    if (momenta) {
        result.value = of_momenta;
        result.words = fmt::format("momenta are {} m dq/dt", ratio_text(of_momenta));
    }
    if (forces)
        result.words = fmt::format("{}forces are {} dp/dt", momenta ? result.words + ", " : "",
                                   ratio_text(of_momenta / of_forces));
    report.checks.push_back(result);
    if (momenta && forces && judge_times(of_momenta, of_forces, report)) return;
    if (momenta) judge_momenta(of_momenta, velocities, report);
    if (forces) judge_forces(of_momenta / of_forces, report);
}

}  // namespace

std::unique_ptr<DataCheck> check_frames(const data::SnapshotTotals& totals) {
    return std::make_unique<Frames>(totals);
}

}  // namespace rfhgn::training
