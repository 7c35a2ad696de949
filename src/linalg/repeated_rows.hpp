#pragma once

#include <vector>

#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/linalg/row_source.hpp"

#include "aligned_array.hpp"
#include "row_gatherer.hpp"

namespace rfhgn::linalg {

using RowSources = std::vector<const RowSource*>;  // of the targets of a problem
RowSources sources_of(std::span<const TargetRows> targets);

/// Whether the passes of LSQR keep training rows or produce them again. Local.
bool keep_rows(const RowSources& sources, const LeastSquaresOptions& options);
/// Throws a RunError where there are none.
void require_rows(GlobalIndex rows);

/// The rows of one role that this rank owns, leaf by leaf, target by target, to be gone through several
/// times: kept in memory after the first time, or produced again. Both give the same chunks, hence the same
/// bits. Local.
class RepeatedRows {
  public:
    RepeatedRows(RowSources sources, RowRole role, bool keep);
    RepeatedRows(const RowSource& source, RowRole role, bool keep)
        : RepeatedRows(RowSources{&source}, role, keep) {}

    /// Z and u are what the sources make, the rows of each target multiplied by its weight; 1 until this is
    /// called.
    void set_weights(std::vector<double> weights) { weights_ = std::move(weights); }
    [[nodiscard]] int columns() const noexcept { return sources_.front()->columns(); }
    [[nodiscard]] GlobalIndex rows() const noexcept { return rows_; }
    [[nodiscard]] bool kept() const noexcept { return keep_; }

    /// Copies a chunk of a target that somebody else is going through in the order of leaves, targets and
    /// blocks. No-op unless kept.
    void collect(std::size_t target, const RowBlock& chunk);

    /// Forgets what was collected: the first pass will collect the rows. No-op unless kept.
    void forget();

    /// Sum of the squares of Z's entries.
    double squared_norm();
    /// out = Z x; out [rows], x [columns].
    void multiply(const double* x, double* out);
    /// out = Zᵀ y; out [columns], y [rows].
    void multiply_transposed(const double* y, double* out);
    /// residual = u − Z x [rows]; gradient = Zᵀ residual [columns]; in one pass.
    void residual(const double* x, double* residual, double* gradient);

  private:
    template <class Use>
    void visit(Use&& use);

    struct Chunk {
        std::size_t target;
        AlignedArray values;
        LocalIndex rows;
        LocalIndex leading;
    };

    RowSources sources_;
    std::vector<double> weights_;
    RowRole role_;
    GlobalIndex rows_ = 0;
    bool keep_;
    GlobalIndex collected_ = 0;
    std::vector<Chunk> chunks_;
    std::vector<RowGatherer> gatherers_;  // of targets
};

}  // namespace rfhgn::linalg
