#include "rfhgn/training/data_checks.hpp"

#include <algorithm>

#include "rfhgn/parallel/interruption.hpp"

#include "checks.hpp"

namespace rfhgn::training {

namespace {

// In the order in which they are told; later ones know what was found before.
std::vector<std::unique_ptr<DataCheck>> all_checks(const data::SnapshotTotals& totals, const DataUse& use) {
    std::vector<std::unique_ptr<DataCheck>> checks;
    checks.push_back(check_edges(totals));
    checks.push_back(check_labels(totals, use));
    checks.push_back(check_balance(totals, use));
    checks.push_back(check_momenta(totals));
    checks.push_back(check_frames(totals));
    checks.push_back(check_work(totals));
    checks.push_back(check_duplicates(totals));
    return checks;
}

std::string joined(const std::vector<DataCheckResult>& checks, bool possible) {
    std::string words;
    for (const auto& check : checks)
        if (check.possible == possible) words += (words.empty() ? "" : "; ") + check.words;
    return words;
}

}  // namespace

bool DataReport::found(const std::string& check) const {
    return std::ranges::any_of(findings, [&](const auto& finding) { return finding.check == check; });
}

std::string DataReport::line() const {
    const auto open = joined(checks, false);
    return joined(checks, true) + (open.empty() ? "" : "; not to be told from these data: " + open);
}

DataReport check_data(const parallel::Communicator& comm, const data::SnapshotSource& source,
                      const DataUse& use) {
    const auto checks = all_checks(source.totals(), use);
    const auto own = parallel::block_range(source.totals().snapshots, comm.size(), comm.rank());
    parallel::together_at_length(comm, [&] {
        for_each_snapshot(source, own, [&](const SnapshotView& snapshot, const SnapshotView* before) {
            for (const auto& check : checks) check->look(snapshot, before);
        });
    });
    DataReport report;
    for (const auto& check : checks) check->conclude(comm, report);
    return report;
}

}  // namespace rfhgn::training
