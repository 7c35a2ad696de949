#pragma once

#include <vector>

#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/linalg/row_source.hpp"

#include "aligned_array.hpp"
#include "row_gatherer.hpp"

namespace rfhgn::linalg {

/// Whether the passes of LSQR keep training rows or produce them again. Local.
bool keep_rows(const RowSource& source, const LeastSquaresOptions& options);
/// Throws a RunError where there are none.
void require_rows(GlobalIndex rows);

/// The rows of one role that this rank owns, to be gone through several times: kept in memory after the first
/// time, or produced again. Both give the same chunks, hence the same bits. Local.
class RepeatedRows {
  public:
    RepeatedRows(const RowSource& source, RowRole role, bool keep);

    [[nodiscard]] const RowSource& source() const noexcept { return source_; }
    [[nodiscard]] GlobalIndex rows() const noexcept { return rows_; }
    [[nodiscard]] bool kept() const noexcept { return keep_; }

    /// Copies a chunk that somebody else is going through in the order of leaves and blocks. No-op unless
    /// kept.
    void collect(const RowBlock& chunk);

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
        AlignedArray values;
        LocalIndex rows;
        LocalIndex leading;
    };

    const RowSource& source_;
    RowRole role_;
    GlobalIndex rows_;
    bool keep_;
    GlobalIndex collected_ = 0;
    std::vector<Chunk> chunks_;
    RowGatherer gatherer_;
};

}  // namespace rfhgn::linalg
