#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "rfhgn/parallel/collectives.hpp"

#include "checks.hpp"

namespace rfhgn::training {

namespace {

class Labels final : public DataCheck {
  public:
    Labels(const data::SnapshotTotals& totals, const DataUse& use)
        : snapshots_(totals.snapshots), cutoff_(use.cutoff) {}

    void look(const SnapshotView& snapshot, const SnapshotView*) override {
        const auto moves = [](double f) { return f != 0; };
        const bool forced = std::ranges::any_of(snapshot.force, moves);
        ++count_[snapshot.force.empty() ? no_forces : forced ? with_forces : zero_forces];
        if (std::isfinite(snapshot.energy)) {
            ++count_[energies];
            if (forced && snapshot.energy == 0) ++count_[zero_energies];
            least_ = std::min(least_, snapshot.energy);
            largest_ = std::max(largest_, snapshot.energy);
        }
        if (data::is_known(snapshot.virial)) {
            ++count_[virials];
            if (std::ranges::any_of(snapshot.virial, moves)) ++count_[with_virials];
        }
        if (alone(snapshot)) {
            ++count_[single];
            first_single_ = std::min(first_single_, snapshot.number);
        }
    }
    void conclude(const parallel::Communicator& comm, DataReport& report) override;

  private:
    enum Count : std::size_t {
        no_forces,
        with_forces,
        zero_forces,
        energies,
        zero_energies,
        virials,
        with_virials,
        single,
        counts
    };

    [[nodiscard]] bool alone(const SnapshotView& snapshot) const {
        if (snapshot.atoms > 1) return false;
        if (!snapshot.box || snapshot.box->open()) return true;
        const auto widths = graph::widths(*snapshot.box);
        return cutoff_ > 0 && *std::ranges::min_element(widths) > cutoff_;
    }
    [[nodiscard]] std::string words() const;
    void judge(std::vector<DataFinding>& findings) const;

    GlobalIndex snapshots_;
    double cutoff_;
    std::array<GlobalIndex, counts> count_{};
    double least_ = std::numeric_limits<double>::infinity();
    double largest_ = -std::numeric_limits<double>::infinity();
    GlobalIndex first_single_ = std::numeric_limits<GlobalIndex>::max();
};

void Labels::conclude(const parallel::Communicator& comm, DataReport& report) {
    parallel::sum(comm, std::span<GlobalIndex>(count_));
    least_ = parallel::min(comm, least_);
    largest_ = parallel::max(comm, largest_);
    first_single_ = parallel::min(comm, first_single_);
    report.checks.push_back({.name = "labels", .possible = true, .words = words()});
    judge(report.findings);
}

std::string Labels::words() const {
    auto text = fmt::format("{} of {} energies known", count_[energies], snapshots_);
    if (count_[virials] > 0) text += fmt::format(", {} virials", count_[virials]);
    if (count_[no_forces] > 0) text += ", no forces";
    if (count_[single] > 0)
        text += fmt::format(", {} single atom(s) without neighbours (first: snapshot {})", count_[single],
                            first_single_);
    return text;
}

void Labels::judge(std::vector<DataFinding>& findings) const {
    if (count_[zero_forces] > 0 && count_[with_forces] == 0)
        findings.push_back({"forces", "all forces are zero",
                            "write the forces: what computed the data may have left them out"});
    if (count_[energies] > 1 && least_ == largest_ && count_[with_forces] > 1)
        findings.push_back({"energies", fmt::format("all energies are {:g}", least_),
                            "write the energies, or NaN (in extended XYZ nothing) where they are not known"});
    else if (count_[zero_energies] > 0)
        findings.push_back({"energies",
                            fmt::format("{} of {} energies are exactly zero beside forces that are not",
                                        count_[zero_energies], count_[energies]),
                            "write NaN (in extended XYZ nothing) for an energy that is not known"});
    if (count_[virials] > 0 && count_[with_virials] == 0 && count_[with_forces] > 0)
        findings.push_back({"virials", "all virials are zero",
                            "write NaN (in extended XYZ nothing) for a virial that is not known"});
}

}  // namespace

std::unique_ptr<DataCheck> check_labels(const data::SnapshotTotals& totals, const DataUse& use) {
    return std::make_unique<Labels>(totals, use);
}

}  // namespace rfhgn::training
