#include "rfhgn/linalg/leave_one_out.hpp"

#include <algorithm>
#include <array>
#include <cblas.h>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "aligned_array.hpp"
#include "householder.hpp"
#include "lapack.hpp"
#include "r_factor_transfer.hpp"
#include "row_gatherer.hpp"

namespace rfhgn::linalg {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double smallest_freedom = 1e-10;  // of 1 − leverage: less drowns in the rounding of residuals
constexpr std::size_t most_worst = 10;
constexpr GlobalIndex nobody = -1;

// Rows [Z_s u_s] of a group, as an R factor: residuals that are turned by its Q keep their norms.
struct Group {
    GlobalIndex id = nobody;
    RFactor r_factor;
};

double rms(double squared, GlobalIndex rows) {
    return std::sqrt(squared / static_cast<double>(rows));
}

class Judge {
  public:
    Judge(const RidgeSolution& ridge, const std::vector<double>& coefficients)
        : ridge_(ridge), coefficients_(coefficients) {}

    void judge(const Group& group) {
        const RFactor& t = group.r_factor;
        const int n = t.columns;
        // An R factor of fewer rows than columns is zero below them, up to rounding.
        const int height = static_cast<int>(std::min<GlobalIndex>(t.rows, n + 1));
        auto residual = residual_of(t, height);
        const double fitted = cblas_ddot(height, residual.data(), 1, residual.data(), 1);
        auto freedom = freedom_of(t, height);
        const bool possible = solve(freedom, residual, height);
        const double left_out = cblas_ddot(height, residual.data(), 1, residual.data(), 1);
        ++groups;
        if (possible) {
            squared += left_out;
            squared_rhs += t.squared_rhs();
            rows += static_cast<double>(t.rows);
        } else {
            ++indispensable;
        }
        keep({group.id, t.rows, possible ? rms(left_out, t.rows) : infinite, rms(fitted, t.rows)});
    }

    void keep(const GroupError& error) {
        const auto worse = [](const GroupError& a, const GroupError& b) {
            return a.left_out != b.left_out ? a.left_out > b.left_out : a.group < b.group;
        };
        worst.insert(std::upper_bound(worst.begin(), worst.end(), error, worse), error);
        if (worst.size() > most_worst) worst.pop_back();
    }

    GlobalIndex groups = 0;
    GlobalIndex indispensable = 0;
    double squared = 0;
    double squared_rhs = 0;
    double rows = 0;
    std::vector<GroupError> worst;

  private:
    // u_s − Z_s θ.
    [[nodiscard]] std::vector<double> residual_of(const RFactor& t, int height) const {
        const int n = t.columns;
        const double* rhs = t.values.data() + static_cast<std::ptrdiff_t>(n) * (n + 1);
        std::vector<double> residual(rhs, rhs + height);
        cblas_dgemv(CblasColMajor, CblasNoTrans, height, n, -1.0, t.values.data(), n + 1,
                    coefficients_.data(), 1, 1.0, residual.data(), 1);
        return residual;
    }

    // I − W Wᵀ with W = Z_s D⁻¹ R_λ⁻¹, lower R factor.
    [[nodiscard]] std::vector<double> freedom_of(const RFactor& t, int height) const {
        const int n = t.columns;
        std::vector<double> w(static_cast<std::size_t>(height) * static_cast<std::size_t>(n));
        for (std::ptrdiff_t column = 0; column < n; ++column)
            for (std::ptrdiff_t row = 0; row < height; ++row)
                w[row + column * height] = t.values[row + column * (n + 1)] / ridge_.scale[column];
        cblas_dtrsm(CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, height, n, 1.0,
                    ridge_.factor.data(), n, w.data(), height);
        std::vector<double> freedom(static_cast<std::size_t>(height) * static_cast<std::size_t>(height), 0.0);
        for (std::ptrdiff_t i = 0; i < height; ++i) freedom[i * (height + 1)] = 1.0;
        cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, height, n, -1.0, w.data(), height, 1.0,
                    freedom.data(), height);
        return freedom;
    }

    static bool solve(std::vector<double>& freedom, std::vector<double>& residual, int height) {
        int info = 0;
        dpotrf_("L", &height, freedom.data(), &height, &info);
        if (info != 0) return false;
        for (std::ptrdiff_t i = 0; i < height; ++i)
            if (freedom[i * (height + 1)] * freedom[i * (height + 1)] < smallest_freedom) return false;
        const int one = 1;
        dpotrs_("L", &height, &one, freedom.data(), &height, residual.data(), &height, &info);
        return info == 0;
    }

    const RidgeSolution& ridge_;
    const std::vector<double>& coefficients_;
};

// The training rows of one target on this rank, from group to group.
class RowStream {
  public:
    RowStream(const WeightedRows& target, int columns)
        : source_(target.rows),
          weight_(target.weight),
          columns_(columns),
          leaf_(source_.owned_leaves().begin) {
        find_rows();
    }

    [[nodiscard]] bool done() const { return leaf_ >= source_.owned_leaves().end; }
    [[nodiscard]] GlobalIndex group() const { return ids_[row_]; }

    // Folds the rows of the group that is next, leading columns and right-hand side, into its R factor.
    void fold_group(RFactor& r_factor) {
        const GlobalIndex id = group();
        while (!done() && group() == id) {
            const auto end = std::find_if(ids_.begin() + static_cast<std::ptrdiff_t>(row_), ids_.end(),
                                          [&](GlobalIndex other) { return other != id; });
            const auto rows = static_cast<LocalIndex>(end - ids_.begin()) - static_cast<LocalIndex>(row_);
            fold(rows, r_factor);
            row_ += static_cast<std::size_t>(rows);
            if (row_ < ids_.size()) return;
            ++block_;
            find_rows();
        }
    }

  private:
    // The next block of training rows, made; or the end.
    void find_rows() {
        row_ = 0;
        ids_.clear();
        for (const auto end = source_.owned_leaves().end; leaf_ < end; ++leaf_, block_ = 0) {
            const int leaf = static_cast<int>(leaf_);
            for (; block_ < source_.blocks(leaf); ++block_) {
                const LocalIndex rows = source_.rows(leaf, block_);
                if (rows > 0 && source_.role(leaf, block_) == RowRole::training) return make(leaf, rows);
            }
        }
    }

    void make(int leaf, LocalIndex rows) {
        const auto width = static_cast<std::size_t>(source_.columns()) + 1;
        leading_ = column_distance(rows);
        values_ = AlignedArray(static_cast<std::size_t>(leading_) * width);
        source_.produce(leaf, block_, {values_.data(), rows, source_.columns(), leading_});
        ids_.resize(static_cast<std::size_t>(rows));
        source_.groups(leaf, block_, ids_);
    }

    void fold(LocalIndex rows, RFactor& r_factor) {
        const LocalIndex leading = column_distance(rows);
        AlignedArray copy(static_cast<std::size_t>(leading) * (static_cast<std::size_t>(columns_) + 1));
        for (std::ptrdiff_t column = 0; column <= columns_; ++column) {
            const std::ptrdiff_t from = column < columns_ ? column : source_.columns();
            std::transform(values_.data() + from * leading_ + row_,
                           values_.data() + from * leading_ + row_ + rows, copy.data() + column * leading,
                           [&](double value) { return weight_ * value; });
        }
        update_.apply(r_factor.values.data(), {copy.data(), rows, columns_, leading});
        r_factor.rows += rows;
    }

    const RowSource& source_;
    double weight_;
    int columns_;
    HouseholderUpdate update_;
    GlobalIndex leaf_;
    int block_ = 0;
    LocalIndex leading_ = 0;
    AlignedArray values_;           // of the block
    std::vector<GlobalIndex> ids_;  // [rows of the block]
    std::size_t row_ = 0;           // the first that is not folded
};

// Goes through the training rows of this rank; judges groups inside and keeps the first and the last, which
// other ranks may share.
class GroupPass {
  public:
    GroupPass(std::span<const WeightedRows> targets, int columns, Judge& judge)
        : columns_(columns), judge_(judge) {
        for (const auto& target : targets) streams_.push_back(std::make_unique<RowStream>(target, columns));
    }

    std::vector<Group> run() {
        for (;;) {
            GlobalIndex next = std::numeric_limits<GlobalIndex>::max();
            for (const auto& stream : streams_)
                if (!stream->done()) next = std::min(next, stream->group());
            if (next == std::numeric_limits<GlobalIndex>::max()) return std::move(ends_);
            open(next);
            for (const auto& stream : streams_)
                if (!stream->done() && stream->group() == next) stream->fold_group(ends_.back().r_factor);
        }
    }

  private:
    void open(GlobalIndex id) {
        require(ends_.empty() || ends_.back().id < id,
                Advice{"list the snapshots of a group one after the other and number groups in their order"},
                "groups of rows that are to be left out must ascend, but group {} follows group {}", id,
                ends_.empty() ? nobody : ends_.back().id);
        if (ends_.size() == 2) {
            judge_.judge(ends_.back());
            ends_.pop_back();
        }
        ends_.push_back({id, RFactor(columns_)});
    }

    int columns_;
    Judge& judge_;
    std::vector<std::unique_ptr<RowStream>> streams_;  // of targets
    std::vector<Group> ends_;                          // the first group, and the one that is open
};

// Parts of a group that ranks share travel upwards; its last rank keeps the whole.
void join_shared(const parallel::Communicator& comm, int columns, std::vector<Group>& ends) {
    const auto first = parallel::all_gather(comm, ends.empty() ? nobody : ends.front().id);
    const auto last = parallel::all_gather(comm, ends.empty() ? nobody : ends.back().id);
    if (ends.empty()) return;
    const auto at = [](int rank) { return static_cast<std::size_t>(rank); };
    RFactorTransfer courier(comm);
    int before = comm.rank() - 1;
    while (before >= 0 && last[at(before)] == nobody) --before;
    int after = comm.rank() + 1;
    while (after < comm.size() && first[at(after)] == nobody) ++after;
    if (before >= 0 && last[at(before)] == ends.front().id) {
        auto& r_factor = ends.front().r_factor;
        r_factor = merge(courier.receive(RFactor(columns), before), r_factor);
    }
    if (after < comm.size() && first[at(after)] == ends.back().id) {
        courier.send(ends.back().r_factor, after);
        ends.pop_back();
    }
}

LeaveOneOut reduce(const parallel::Communicator& comm, Judge& judge) {
    std::array<double, 3> sums{judge.squared, judge.squared_rhs, judge.rows};
    parallel::sum(comm, std::span<double>(sums));
    LeaveOneOut result;
    result.groups = parallel::sum(comm, judge.groups);
    result.indispensable = parallel::sum(comm, judge.indispensable);
    result.relative_error = std::sqrt(sums[0] / (sums[1] > 0 ? sums[1] : 1.0));
    result.rms = sums[2] > 0 ? std::sqrt(sums[0] / sums[2]) : 0.0;
    const auto all = parallel::gather(comm, std::span<const GroupError>(judge.worst));
    if (comm.is_root()) {
        judge.worst.clear();
        for (const auto& error : all) judge.keep(error);
    }
    judge.worst.resize(static_cast<std::size_t>(std::min<GlobalIndex>(result.groups, most_worst)));
    parallel::broadcast(comm, std::span<GroupError>(judge.worst));
    result.worst = std::move(judge.worst);
    return result;
}

}  // namespace

LeaveOneOut leave_one_out(const parallel::Communicator& comm, std::span<const WeightedRows> targets,
                          const RidgeSolution& ridge, const std::vector<double>& coefficients) {
    const int columns = static_cast<int>(coefficients.size());
    Judge judge(ridge, coefficients);
    auto ends = parallel::together(comm, [&] { return GroupPass(targets, columns, judge).run(); });
    join_shared(comm, columns, ends);
    parallel::together(comm, [&] {
        for (const auto& group : ends) judge.judge(group);
    });
    return reduce(comm, judge);
}

LeaveOneOut leave_one_out(const parallel::Communicator& comm, const RowSource& source,
                          const RidgeSolution& ridge, const std::vector<double>& coefficients) {
    const WeightedRows rows{source};
    return leave_one_out(comm, std::span(&rows, 1), ridge, coefficients);
}

}  // namespace rfhgn::linalg
