#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "motion.hpp"
#include "sampled_check.hpp"
#include "slope.hpp"

namespace rfhgn::training {

namespace {

enum Column : std::size_t {
    strained,         // 1: the cell is, too
    rise,             // of H − T
    rise_of_total,    // of H
    against_forces,   // −Σ F Δq, the mean of both ends: the rise of V that forces say
    against_virials,  // −W ε
    forces_change,    // |ΔF| / |F|
    atoms,
    columns
};

/// Of two consecutive configurations of the same particles: how the energy rises, and what work was done
/// against forces and virials.
class Work final : public SampledCheck<columns> {
  public:
    using SampledCheck::SampledCheck;

  private:
    [[nodiscard]] std::optional<Row> sample(const SnapshotView& now, const SnapshotView* before) override;
    void judge(const Sample& rows, DataReport& report) const override;
};

double against_virials_of(const SnapshotView& before, const SnapshotView& now, const Motion& motion) {
    if (!motion.strained) return 0;
    double work = 0;
    for (std::size_t k = 0; k < 6; ++k)
        work -= (k < 3 ? 1 : 2) * motion.strain[k] * (before.virial[k] + now.virial[k]) / 2;
    return work;
}

std::optional<Work::Row> Work::sample(const SnapshotView& now, const SnapshotView* before) {
    if (!before || !std::isfinite(now.energy - before->energy) || now.force.empty()) return std::nullopt;
    const auto motion = motion_between(*before, now);
    if (!motion) return std::nullopt;
    const double virials = against_virials_of(*before, now, *motion);
    if (!std::isfinite(virials)) return std::nullopt;
    double change = 0;
    for (std::size_t i = 0; i < now.force.size(); ++i) {
        const double f = now.force[i] - before->force[i];
        change += f * f;
    }
    const double forces = mean_dot(now.force, before->force, now.force);
    const double total = now.energy - before->energy;
    return Row{motion->strained ? 1.0 : 0.0,
               total - now.kinetic_energy() + before->kinetic_energy(),
               total,
               -mean_dot(before->force, now.force, motion->moved),
               virials,
               forces > 0 ? std::sqrt(change / forces) : std::numeric_limits<double>::infinity(),
               static_cast<double>(now.atoms)};
}

// Rows that `use` picks, as x and y of a line.
struct Points {
    std::vector<double> x, potential, total, atoms;
};
template <class Use>
Points points(const std::array<std::vector<double>, columns>& rows, Use&& use) {
    Points found;
    for (std::size_t i = 0; i < rows[rise].size(); ++i) {
        if (!use(i)) continue;
        found.x.push_back(rows[against_forces][i] + rows[against_virials][i]);
        found.potential.push_back(rows[rise][i]);
        found.total.push_back(rows[rise_of_total][i]);
        found.atoms.push_back(rows[atoms][i]);
    }
    return found;
}

// What a ratio of energies to work may come from.
DataFinding finding(double ratio, const Points& points) {
    const double size = median(points.atoms);
    if (ratio < 0 && std::fabs(ratio + 1) < 0.25)
        return {"work",
                fmt::format("energies rise where forces push: energies are {} times what forces say",
                            ratio_text(ratio)),
                "forces are -dV/dq: turn the sign of forces or of energies", ratio};
    if (size > 1 && std::fabs(ratio * size - 1) < 0.05)
        return {"work",
                fmt::format("energies are {} times what forces say: those of one of {:.0f} particles",
                            ratio_text(ratio), size),
                "write energies of whole snapshots, not of a particle", ratio};
    return {
        "work", fmt::format("energies are {} times what forces say", ratio_text(ratio)),
        "correct the units of energies, forces or positions; forces that are too small may come from pairs "
        "that are counted once instead of twice",
        ratio};
}

// A line through the origin, by H − T or, where T was left out of the energies, by H. Of steps that are not
// small the mean force may be far from what does the work (of V ~ x⁴ by half): the more points scatter, the
// farther from 1 a slope must be to tell.
bool judge_line(const Points& points, bool small_steps, DataCheckResult& result, DataReport& report) {
    constexpr double steps = 6;
    const auto tells = [&](const Slope& slope) {
        return slope.tells() && (small_steps || near_one(slope.value) || slope.value < 0 ||
                                 std::fabs(std::log(slope.value)) > std::log(1.25) + steps * slope.scatter);
    };
    const auto slope = slope_of(points.x, points.potential);
    const auto total = slope_of(points.x, points.total);
    if (tells(total) && near_one(total.value) && !(tells(slope) && near_one(slope.value)) &&
        total.scatter < slope.scatter) {
        result.possible = true;
        result.words = "energies agree with forces without the kinetic part";
        report.findings.push_back({"work", "energies are potential energies: kinetic ones are left out",
                                   "write H, kinetic and potential energy together, or no momenta"});
        return true;
    }
    if (!tells(slope)) return false;
    result.possible = true;
    result.value = slope.value;
    result.words = fmt::format("energies are {} times the work of forces ({} steps)", ratio_text(slope.value),
                               slope.points);
    if (!near_one(slope.value)) report.findings.push_back(finding(slope.value, points));
    return true;
}

// Steps so small that forces hardly change must tell.
void judge_nearest(const Points& nearest, DataCheckResult& result, DataReport& report) {
    constexpr std::size_t enough = 10;
    constexpr double unrelated = 0.5;
    if (judge_line(nearest, true, result, report)) return;
    const auto slope = slope_of(nearest.x, nearest.potential);
    result.words = "energies against forces (configurations are too far apart)";
    if (slope.points < enough || slope.scatter < unrelated) return;
    result.possible = true;
    result.words = "energies have nothing to do with the work of forces";
    report.findings.push_back({"work",
                               fmt::format("energies have nothing to do with the work of forces ({} small "
                                           "steps; {:.0f} % of their rise is left)",
                                           slope.points, 100 * slope.scatter),
                               "look whether energies and forces are of the same configurations, and whether "
                               "something else than a potential moves the particles"});
}

bool labels_missing(const DataReport& report) {
    return report.found("energies") || report.found("forces") || report.found("virials");
}

void judge_forces(const std::array<std::vector<double>, columns>& rows, DataReport& report) {
    DataCheckResult result{.name = "work"};
    const auto all = points(rows, [&](std::size_t i) { return rows[strained][i] == 0; });
    constexpr double small_change = 0.3;
    if (labels_missing(report) || all.x.empty())
        result.words = "energies against forces (no two energies of one composition and box)";
    else if (report.found("momenta") || report.found("frames"))
        result.words = "energies against forces (what was found before comes first)";
    else if (!judge_line(all, false, result, report))
        judge_nearest(points(rows,
                             [&](std::size_t i) {
                                 return rows[strained][i] == 0 && rows[forces_change][i] < small_change;
                             }),
                      result, report);
    report.checks.push_back(result);
}

// Where cells are strained and particles move with them.
void judge_virials(const std::array<std::vector<double>, columns>& rows, DataReport& report) {
    DataCheckResult result{.name = "virials"};
    constexpr double mostly = 3;
    const auto strains = points(rows, [&](std::size_t i) {
        return rows[strained][i] != 0 &&
               std::fabs(rows[against_virials][i]) > mostly * std::fabs(rows[against_forces][i]);
    });
    const auto slope = slope_of(strains.x, strains.potential);
    result.words = "virials against energies (no series of strained cells)";
    if (slope.tells() && slope.value != 0 && !labels_missing(report)) {
        const double ratio = 1 / slope.value;
        result.possible = true;
        result.value = ratio;
        result.words = fmt::format("virials are {} times what energies of strained cells say ({} steps)",
                                   ratio_text(ratio), slope.points);
        if (!near_one(ratio))
            report.findings.push_back(
                {"virials", result.words,
                 "a virial is -dV/dstrain, an energy: -volume times a stress that is positive in tension",
                 ratio});
    }
    report.checks.push_back(result);
}

void Work::judge(const Sample& rows, DataReport& report) const {
    judge_forces(rows, report);
    judge_virials(rows, report);
}

}  // namespace

std::unique_ptr<DataCheck> check_work(const data::SnapshotTotals& totals) {
    return std::make_unique<Work>(totals);
}

}  // namespace rfhgn::training
