#pragma once

#include <array>
#include <optional>

#include "checks.hpp"
#include "shared_rows.hpp"

namespace rfhgn::training {

/// A check that makes a few numbers of each snapshot (of at most most_picks of them), the same on every rank.
template <std::size_t Columns>
class SampledCheck : public DataCheck {
  public:
    explicit SampledCheck(const data::SnapshotTotals& totals)
        : strides_{totals.snapshots, std::min(totals.snapshots, most_picks)},
          rows_(strides_.picks, Columns) {}

    void look(const SnapshotView& snapshot, const SnapshotView* before) final {
        const GlobalIndex pick = strides_.pick_of(snapshot.number);
        if (pick < 0) return;
        if (const auto row = sample(snapshot, before)) rows_.set(pick, *row);
    }
    void conclude(const parallel::Communicator& comm, DataReport& report) final {
        rows_.share(comm);
        std::array<std::vector<double>, Columns> columns;
        for (std::size_t c = 0; c < Columns; ++c) columns[c] = rows_.column(c);
        judge(columns, report);
    }

  protected:
    using Row = std::array<double, Columns>;
    using Sample = std::array<std::vector<double>, Columns>;

    /// The numbers of a snapshot; none where it tells nothing. Local.
    [[nodiscard]] virtual std::optional<Row> sample(const SnapshotView& snapshot,
                                                    const SnapshotView* before) = 0;
    /// What all rows come to, in the order of their snapshots; the same on every rank.
    virtual void judge(const Sample& columns, DataReport& report) const = 0;

  private:
    Strides strides_;
    SharedRows rows_;
};

/// The middle one; of none 0.
double median(std::vector<double> values);

}  // namespace rfhgn::training
