#include "repeated_rows.hpp"

#include <algorithm>
#include <cblas.h>
#include <cstddef>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "householder.hpp"

namespace rfhgn::linalg {

namespace {

const double* rhs(const RowBlock& chunk) {
    return chunk.values + static_cast<std::ptrdiff_t>(chunk.columns) * chunk.leading;
}

// y = alpha Z x + beta y
void times(const RowBlock& z, double alpha, const double* x, double beta, double* y) {
    cblas_dgemv(CblasColMajor, CblasNoTrans, z.rows, z.columns, alpha, z.values, z.leading, x, 1, beta, y, 1);
}

// y += Zᵀ x
void add_transposed_times(const RowBlock& z, const double* x, double* y) {
    cblas_dgemv(CblasColMajor, CblasTrans, z.rows, z.columns, 1.0, z.values, z.leading, x, 1, 1.0, y, 1);
}

}  // namespace

bool keep_rows(const RowSource& source, const LeastSquaresOptions& options) {
    if (options.rows != "auto") return options.rows == "keep";
    const double rows = static_cast<double>(count_rows(source, RowRole::training));
    return rows * (source.columns() + 1.0) * sizeof(double) <= options.row_memory * 1024 * 1024;
}

void require_rows(GlobalIndex rows) {
    require<RunError>(rows > 0, Advice{"give more data, or hold out less of it"},
                      "the least-squares problem has no training rows");
}

RepeatedRows::RepeatedRows(const RowSource& source, RowRole role, bool keep)
    : source_(source), role_(role), rows_(count_rows(source, role)), keep_(keep), gatherer_(source, role) {}

void RepeatedRows::collect(const RowBlock& chunk) {
    if (!keep_) return;
    const LocalIndex leading = padded_rows(chunk.rows);
    AlignedArray copy(static_cast<std::size_t>(leading) * (static_cast<std::size_t>(chunk.columns) + 1));
    for (std::ptrdiff_t column = 0; column <= chunk.columns; ++column) {
        std::copy_n(chunk.values + column * chunk.leading, chunk.rows, copy.data() + column * leading);
    }
    chunks_.push_back({std::move(copy), chunk.rows, leading});
    collected_ += chunk.rows;
}

void RepeatedRows::forget() {
    chunks_.clear();
    collected_ = 0;
}

template <class Use>
void RepeatedRows::visit(Use&& use) {
    GlobalIndex first = 0;
    if (keep_ && collected_ == rows_) {
        for (auto& chunk : chunks_) {
            parallel::interruption_point();
            use(RowBlock{chunk.values.data(), chunk.rows, source_.columns(), chunk.leading}, first);
            first += chunk.rows;
        }
        return;
    }
    const auto flush = [&] {
        if (gatherer_.empty()) return;
        const RowBlock chunk = gatherer_.chunk();
        collect(chunk);
        use(chunk, first);
        first += chunk.rows;
        gatherer_.clear();
    };
    const auto owned = source_.owned_leaves();
    for (auto leaf = owned.begin; leaf < owned.end; ++leaf) {
        for_each_block(source_, static_cast<int>(leaf), role_, [&](int l, int block, LocalIndex rows) {
            parallel::interruption_point();
            source_.produce(l, block, gatherer_.next(rows));
            if (gatherer_.full()) flush();
        });
        flush();
    }
}

double RepeatedRows::squared_norm() {
    double sum = 0;
    visit([&](const RowBlock& chunk, GlobalIndex) {
        for (std::ptrdiff_t column = 0; column < chunk.columns; ++column) {
            const double* values = chunk.values + column * chunk.leading;
            sum += cblas_ddot(chunk.rows, values, 1, values, 1);
        }
    });
    return sum;
}

void RepeatedRows::multiply(const double* x, double* out) {
    visit([&](const RowBlock& chunk, GlobalIndex first) { times(chunk, 1.0, x, 0.0, out + first); });
}

void RepeatedRows::multiply_transposed(const double* y, double* out) {
    std::fill_n(out, source_.columns(), 0.0);
    visit([&](const RowBlock& chunk, GlobalIndex first) { add_transposed_times(chunk, y + first, out); });
}

void RepeatedRows::residual(const double* x, double* residual, double* gradient) {
    std::fill_n(gradient, source_.columns(), 0.0);
    visit([&](const RowBlock& chunk, GlobalIndex first) {
        double* r = residual + first;
        std::copy_n(rhs(chunk), chunk.rows, r);
        times(chunk, -1.0, x, 1.0, r);
        add_transposed_times(chunk, r, gradient);
    });
}

}  // namespace rfhgn::linalg
