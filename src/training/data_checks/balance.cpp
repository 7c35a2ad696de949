#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "sampled_check.hpp"

namespace rfhgn::training {

namespace {

enum Column : std::size_t { net, squares, atoms, columns };

/// The net force of a snapshot over that of as many independent forces of the mean size: about 1 where forces
/// have nothing to do with each other, the relative noise where each has noise of its own, else rounding.
class Balance final : public SampledCheck<columns> {
  public:
    Balance(const data::SnapshotTotals& totals, const DataUse& use)
        : SampledCheck(totals), must_hold_(use.conserves_momentum) {}

  private:
    [[nodiscard]] std::optional<Row> sample(const SnapshotView& snapshot, const SnapshotView*) override {
        if (snapshot.force.empty() || snapshot.atoms < 2) return std::nullopt;
        std::array<double, 3> sum{};
        double squared = 0;
        for (std::size_t i = 0; i < snapshot.force.size(); ++i) {
            sum[i % snapshot.dimension] += snapshot.force[i];
            squared += snapshot.force[i] * snapshot.force[i];
        }
        return Row{std::hypot(sum[0], sum[1], sum[2]), squared, static_cast<double>(snapshot.atoms)};
    }
    void judge(const Sample& rows, DataReport& report) const override;

    bool must_hold_;
};

void Balance::judge(const Sample& rows, DataReport& report) const {
    DataCheckResult result{.name = "balance"};
    const auto total = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0);
    };
    const double mean = std::sqrt(total(rows[squares]) / std::max(total(rows[atoms]), 1.0));
    if (mean == 0) {
        result.words = "forces cannot be added up (none, or all zero)";
        report.checks.push_back(result);
        return;
    }
    std::vector<double> share;
    for (std::size_t i = 0; i < rows[net].size(); ++i)
        share.push_back(rows[net][i] / (mean * std::sqrt(rows[atoms][i])));
    constexpr double unbalanced = 0.05;
    result.possible = true;
    result.value = median(share);
    result.words = fmt::format("forces add up to zero within {:.1e}", result.value);
    if (result.value > unbalanced) {
        result.words = fmt::format("forces do not add up to zero ({:.2f})", result.value);
        if (must_hold_)
            report.findings.push_back(
                {"balance",
                 fmt::format("forces of a snapshot do not add up to zero: the net force is {:.2g} of that of "
                             "independent forces of their size",
                             result.value),
                 "an external field, friction, particles that are missing or held, forces on one end of "
                 "each pair only, or noise; models that see no absolute positions cannot learn it",
                 result.value});
    }
    report.checks.push_back(result);
}

}  // namespace

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::unique_ptr<DataCheck> check_balance(const data::SnapshotTotals& totals, const DataUse& use) {
    return std::make_unique<Balance>(totals, use);
}

}  // namespace rfhgn::training
