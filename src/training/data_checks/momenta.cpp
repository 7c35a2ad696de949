#include <cmath>

#include <fmt/format.h>

#include "sampled_check.hpp"
#include "slope.hpp"

namespace rfhgn::training {

namespace {

enum Column : std::size_t { effective, mass, columns };

/// Of one moving particle of each snapshot: p v / v², the mass that momentum and velocity say it has.
class Momenta final : public SampledCheck<columns> {
  public:
    using SampledCheck::SampledCheck;

  private:
    [[nodiscard]] std::optional<Row> sample(const SnapshotView& snapshot, const SnapshotView*) override {
        const auto& v = snapshot.velocity;
        if (v.empty()) return std::nullopt;
        const std::size_t d = snapshot.dimension;
        // Another particle each time, so that all of a system are seen.
        const auto particle = static_cast<std::size_t>(snapshot.number) % snapshot.atoms;
        double pv = 0;
        double vv = 0;
        for (std::size_t k = particle * d; k < (particle + 1) * d; ++k) {
            pv += snapshot.momentum[k] * v[k];
            vv += v[k] * v[k];
        }
        if (vv == 0 || pv == 0) return std::nullopt;
        return Row{pv / vv, snapshot.mass[particle]};
    }
    void judge(const Sample& rows, DataReport& report) const override;
};

void Momenta::judge(const Sample& rows, DataReport& report) const {
    DataCheckResult result{.name = "momenta"};
    const auto slope = slope_of(rows[mass], rows[effective]);
    if (slope.points == 0) {
        result.words = "momenta against velocities (one of them is not given)";
        report.checks.push_back(result);
        return;
    }
    constexpr double exact = 0.01;
    std::vector<double> off_mass;
    std::vector<double> off_one;
    for (std::size_t i = 0; i < rows[mass].size(); ++i) {
        off_mass.push_back(std::fabs(rows[effective][i] / (slope.value * rows[mass][i]) - 1));
        off_one.push_back(std::fabs(rows[effective][i] - 1));
    }
    result.possible = true;
    result.value = slope.value;
    result.words = fmt::format("momenta are {} mass times velocity", ratio_text(slope.value));
    const bool proportional = median(off_mass) < exact;
    const bool are_velocities = median(off_one) < exact;
    if (!proportional && !are_velocities) {
        result.words = "momenta are not proportional to mass times velocity";
    } else if (are_velocities && !(proportional && std::fabs(slope.value - 1) < exact)) {
        report.findings.push_back({"momenta",
                                   fmt::format("velocities stand where momenta should: momentum over mass "
                                               "times dq/dt is {}, one over the mass",
                                               ratio_text(slope.value)),
                                   "multiply velocities by masses and write them as momenta", slope.value});
    } else if (!near_one(slope.value)) {
        report.findings.push_back(
            {"momenta", fmt::format("momenta are {} times mass times dq/dt", ratio_text(slope.value)),
             "correct the masses, or the units of momenta or velocities", slope.value});
    }
    report.checks.push_back(result);
}

}  // namespace

std::unique_ptr<DataCheck> check_momenta(const data::SnapshotTotals& totals) {
    return std::make_unique<Momenta>(totals);
}

}  // namespace rfhgn::training
