#pragma once
/// The one kernel of the factorisation: rows are folded into an R factor by Householder reflections.

#include <array>
#include <cstddef>
#include <vector>

#include "rfhgn/linalg/row_source.hpp"

namespace rfhgn::linalg {

/// Rows are processed by the vector: blocks given to HouseholderUpdate have room for padded_rows(rows) rows.
constexpr LocalIndex row_lanes = 8;
constexpr LocalIndex padded_rows(LocalIndex rows) {
    return (rows + row_lanes - 1) / row_lanes * row_lanes;
}

/// Distance between columns for `rows` rows: keeps columns on cache lines and away from powers of two.
constexpr LocalIndex column_distance(LocalIndex rows) {
    const LocalIndex padded = padded_rows(rows);
    return padded % 64 == 0 ? padded + row_lanes : padded;
}

/// Shape of the rows that are folded in: `triangular` rows are zero below the diagonal, which saves two
/// thirds.
enum class RowShape { full, triangular };

/// Replaces an R factor R [n + 1, n + 1] by that of [R; rows]. The rows are overwritten.
///
/// Reflections are gathered eight at a time (compact WY), and each eight is applied to the columns on its
/// right by one fused kernel whose accumulators stay in registers; groups of 128 columns are applied together
/// so that the columns stay in the first cache. Measured on one AVX-512 core (dgemm 87 GFLOP/s) with 512 rows
/// at a time: 51, 64, 72, 68, 63, 64 GFLOP/s at n = 32, 64, 256, 512, 1024, 2048, where the best block sizes
/// of LAPACK's dtpqrt gave 20, 32, 44, 47, 52, 53 and a compact-WY scheme on dgemm -, 52, 57, 60, 58, 62.
class HouseholderUpdate {
  public:
    /// rows.values must be on a cache line with rows.leading a multiple of 8 and at least
    /// padded_rows(rows.rows).
    void apply(double* r_factor, const RowBlock& rows, RowShape shape = RowShape::full) {
        apply(r_factor, rows.columns + 1, rows, shape);
    }
    /// The same for an R factor that is part of an array whose columns are `leading` apart.
    void apply(double* r_factor, std::ptrdiff_t leading, const RowBlock& rows, RowShape shape);

  private:
    static constexpr int group_width = 128;
    std::array<double, static_cast<std::size_t>(group_width) * 8> factors_;
};

}  // namespace rfhgn::linalg
