#include "householder.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "rfhgn/base/error.hpp"

namespace rfhgn::linalg {

namespace {

constexpr int width = 8;  // reflections in one block

using Lanes [[gnu::vector_size(sizeof(double) * row_lanes), gnu::may_alias]] = double;

// Columns that the fused kernel takes at once: as many accumulators of eight reflections as there are
// registers for.
#ifdef __AVX512F__
constexpr int columns_at_once = 3;
#else
constexpr int columns_at_once = 1;
#endif

Lanes& lanes(double* p) {
    return *reinterpret_cast<Lanes*>(p);
}

double sum(const Lanes& x) {
    return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
}

// Rows of a block of columns with the row of R above them.
struct Columns {
    double* top;  // R's entry in the row of the first reflection
    std::ptrdiff_t top_leading;
    double* rows;
    std::ptrdiff_t leading;

    [[nodiscard]] Columns at(int column) const {
        return {top + column * top_leading, top_leading, rows + column * leading, leading};
    }
};

// Inner products of column j with all columns of the block.
void inner_products(double* const* column, int j, LocalIndex m, double* products) {
    Lanes partial[width] = {};
    for (LocalIndex i = 0; i < m; i += row_lanes) {
        const Lanes x = lanes(column[j] + i);
#pragma GCC unroll 8
        for (int k = 0; k < width; ++k) partial[k] += x * lanes(column[k] + i);
    }
    for (int k = 0; k < width; ++k) products[k] = sum(partial[k]);
}

// Column j of the block's T: H_0 ... H_j = I − V T Vᵀ.
void extend_factor(double* t, int j, double tau, double inverse, const double* products) {
    t[j + j * width] = tau;
    for (int k = 0; k < j; ++k) {
        double s = 0;
        for (int q = k; q < j; ++q) s += t[k + q * width] * products[q];
        t[k + j * width] = -tau * inverse * s;
    }
}

// Eliminates the rows of `count` <= 8 columns; leaves the reflections in them and the block's T in t.
void reflect(const Columns& block, int count, LocalIndex m, double* t) {
    double* column[width];
    for (int k = 0; k < width; ++k) column[k] = block.rows + (k < count ? k : 0) * block.leading;
    std::fill_n(t, width * width, 0.0);
    for (int j = 0; j < count; ++j) {
        double products[width];
        inner_products(column, j, m, products);
        double* row = block.top + j;  // row j of R within the block
        double& diagonal = row[j * block.top_leading];
        double tau = 0;
        double inverse = 0;
        if (products[j] != 0) {
            const double beta = -std::copysign(std::sqrt(diagonal * diagonal + products[j]), diagonal);
            tau = (beta - diagonal) / beta;
            inverse = 1 / (diagonal - beta);
            diagonal = beta;
        }
        extend_factor(t, j, tau, inverse, products);
        double weight[width];
        for (int k = j + 1; k < count; ++k) {
            const double projection = tau * (row[k * block.top_leading] + inverse * products[k]);
            row[k * block.top_leading] -= projection;
            weight[k] = projection * inverse;
        }
        for (LocalIndex i = 0; i < m; i += row_lanes) {
            const Lanes x = lanes(column[j] + i);
            for (int k = j + 1; k < count; ++k) lanes(column[k] + i) -= weight[k] * x;
            lanes(column[j] + i) = x * inverse;
        }
    }
}

// Applies eight reflections to `count` columns: C −= V Tᵀ (R + Vᵀ C), and the same to R.
template <int count>
void apply_block(const double* t, const Columns& reflections, const Columns& columns, LocalIndex m) {
    Lanes partial[count][width] = {};
    for (LocalIndex i = 0; i < m; i += row_lanes) {
        Lanes x[count];
#pragma GCC unroll 8
        for (int q = 0; q < count; ++q) x[q] = lanes(columns.rows + q * columns.leading + i);
#pragma GCC unroll 8
        for (int k = 0; k < width; ++k) {
            const Lanes v = lanes(reflections.rows + k * reflections.leading + i);
#pragma GCC unroll 8
            for (int q = 0; q < count; ++q) partial[q][k] += v * x[q];
        }
    }
    double weight[count][width];
    for (int q = 0; q < count; ++q) {
        double* top = columns.top + q * columns.top_leading;
        double product[width];
        for (int k = 0; k < width; ++k) product[k] = top[k] + sum(partial[q][k]);
        for (int k = 0; k < width; ++k) {
            double s = 0;
            for (int p = 0; p <= k; ++p) s += t[p + k * width] * product[p];
            weight[q][k] = s;
            top[k] -= s;
        }
    }
    for (LocalIndex i = 0; i < m; i += row_lanes) {
        Lanes x[count];
#pragma GCC unroll 8
        for (int q = 0; q < count; ++q) x[q] = lanes(columns.rows + q * columns.leading + i);
#pragma GCC unroll 8
        for (int k = 0; k < width; ++k) {
            const Lanes v = lanes(reflections.rows + k * reflections.leading + i);
#pragma GCC unroll 8
            for (int q = 0; q < count; ++q) x[q] -= weight[q][k] * v;
        }
#pragma GCC unroll 8
        for (int q = 0; q < count; ++q) lanes(columns.rows + q * columns.leading + i) = x[q];
    }
}

// R and rows [n + 1 columns], seen from the row of R that the reflection of column j concerns.
struct Problem {
    double* r_factor;
    std::ptrdiff_t leading;
    RowBlock rows;
    RowShape shape;

    [[nodiscard]] Columns at(int row, int column) const {
        return {r_factor + row + column * leading, leading,
                rows.values + column * static_cast<std::ptrdiff_t>(rows.leading), rows.leading};
    }
    // Rows that the reflections of columns up to `end` touch.
    [[nodiscard]] LocalIndex height(int end) const {
        return padded_rows(shape == RowShape::full ? rows.rows : std::min<LocalIndex>(rows.rows, end));
    }
};

// T of the block whose first reflection is number `reflection` of its group.
template <class Number>
Number* block_factor(Number* factors, std::ptrdiff_t reflection) {
    return factors + reflection * width;
}

// Applies the blocks of reflections of columns [begin, end) to the columns [from, to), few columns at a time.
void apply_blocks(const Problem& p, const double* factors, int begin, int end, int from, int to) {
    int column = from;
    for (; column + columns_at_once <= to; column += columns_at_once) {
        for (int j = begin; j < end; j += width) {
            apply_block<columns_at_once>(block_factor(factors, j - begin), p.at(j, j), p.at(j, column),
                                         p.height(j + width));
        }
    }
    for (; column < to; ++column) {
        for (int j = begin; j < end; j += width) {
            apply_block<1>(block_factor(factors, j - begin), p.at(j, j), p.at(j, column),
                           p.height(j + width));
        }
    }
}

}  // namespace

void HouseholderUpdate::apply(double* r_factor, std::ptrdiff_t leading, const RowBlock& rows,
                              RowShape shape) {
    if (rows.rows == 0) return;
    const int n = rows.columns + 1;
    RFHGN_ASSERT(rows.leading % row_lanes == 0 && rows.leading >= padded_rows(rows.rows));
    RFHGN_ASSERT(reinterpret_cast<std::uintptr_t>(rows.values) % sizeof(Lanes) == 0);
    for (int column = 0; column < n; ++column) {
        double* values = rows.values + static_cast<std::ptrdiff_t>(column) * rows.leading;
        std::fill(values + rows.rows, values + padded_rows(rows.rows), 0.0);
    }
    const Problem problem{r_factor, leading, rows, shape};
    for (int begin = 0; begin < n; begin += group_width) {
        const int end = std::min(n, begin + group_width);
        for (int j = begin; j < end; j += width) {
            double* t = block_factor(factors_.data(), j - begin);
            const int count = std::min(width, end - j);
            reflect(problem.at(j, j), count, problem.height(j + count), t);
            apply_blocks(problem, t, j, j + count, j + count, end);
        }
        apply_blocks(problem, factors_.data(), begin, end, end, n);
    }
}

}  // namespace rfhgn::linalg
