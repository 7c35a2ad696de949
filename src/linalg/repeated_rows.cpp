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

// y += alpha Zᵀ x
void add_transposed_times(const RowBlock& z, double alpha, const double* x, double* y) {
    cblas_dgemv(CblasColMajor, CblasTrans, z.rows, z.columns, alpha, z.values, z.leading, x, 1, 1.0, y, 1);
}

}  // namespace

RowSources sources_of(std::span<const TargetRows> targets) {
    RowSources sources;
    for (const auto& target : targets) sources.push_back(&target.rows);
    return sources;
}

bool keep_rows(const RowSources& sources, const LeastSquaresOptions& options) {
    if (options.rows != "auto") return options.rows == "keep";
    double rows = 0;
    for (const auto* source : sources) rows += static_cast<double>(count_rows(*source, RowRole::training));
    return rows * (sources.front()->columns() + 1.0) * sizeof(double) <= options.row_memory * 1024 * 1024;
}

void require_rows(GlobalIndex rows) {
    require<RunError>(rows > 0, Advice{"give more data, or hold out less of it"},
                      "the least-squares problem has no training rows");
}

RepeatedRows::RepeatedRows(RowSources sources, RowRole role, bool keep)
    : sources_(std::move(sources)), weights_(sources_.size(), 1.0), role_(role), keep_(keep) {
    for (const auto* source : sources_) {
        rows_ += count_rows(*source, role);
        gatherers_.emplace_back(*source, role);
    }
}

void RepeatedRows::collect(std::size_t target, const RowBlock& chunk) {
    if (!keep_) return;
    const LocalIndex leading = padded_rows(chunk.rows);
    AlignedArray copy(static_cast<std::size_t>(leading) * (static_cast<std::size_t>(chunk.columns) + 1));
    for (std::ptrdiff_t column = 0; column <= chunk.columns; ++column) {
        std::copy_n(chunk.values + column * chunk.leading, chunk.rows, copy.data() + column * leading);
    }
    chunks_.push_back({target, std::move(copy), chunk.rows, leading});
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
            use(RowBlock{chunk.values.data(), chunk.rows, columns(), chunk.leading}, weights_[chunk.target],
                first);
            first += chunk.rows;
        }
        return;
    }
    const auto flush = [&](std::size_t target) {
        auto& gatherer = gatherers_[target];
        if (gatherer.empty()) return;
        const RowBlock chunk = gatherer.chunk();
        collect(target, chunk);
        use(chunk, weights_[target], first);
        first += chunk.rows;
        gatherer.clear();
    };
    const auto owned = sources_.front()->owned_leaves();
    for (auto leaf = owned.begin; leaf < owned.end; ++leaf) {
        for (std::size_t target = 0; target < sources_.size(); ++target) {
            const RowSource& source = *sources_[target];
            for_each_block(source, static_cast<int>(leaf), role_, [&](int l, int block, LocalIndex rows) {
                parallel::interruption_point();
                source.produce(l, block, gatherers_[target].next(rows));
                if (gatherers_[target].full()) flush(target);
            });
            flush(target);
        }
    }
}

double RepeatedRows::squared_norm() {
    double sum = 0;
    visit([&](const RowBlock& chunk, double weight, GlobalIndex) {
        for (std::ptrdiff_t column = 0; column < chunk.columns; ++column) {
            const double* values = chunk.values + column * chunk.leading;
            sum += weight * weight * cblas_ddot(chunk.rows, values, 1, values, 1);
        }
    });
    return sum;
}

void RepeatedRows::multiply(const double* x, double* out) {
    visit([&](const RowBlock& chunk, double weight, GlobalIndex first) {
        times(chunk, weight, x, 0.0, out + first);
    });
}

void RepeatedRows::multiply_transposed(const double* y, double* out) {
    std::fill_n(out, columns(), 0.0);
    visit([&](const RowBlock& chunk, double weight, GlobalIndex first) {
        add_transposed_times(chunk, weight, y + first, out);
    });
}

void RepeatedRows::residual(const double* x, double* residual, double* gradient) {
    std::fill_n(gradient, columns(), 0.0);
    visit([&](const RowBlock& chunk, double weight, GlobalIndex first) {
        double* r = residual + first;
        std::copy_n(rhs(chunk), chunk.rows, r);
        times(chunk, -1.0, x, 1.0, r);
        if (weight != 1.0) cblas_dscal(chunk.rows, weight, r, 1);
        add_transposed_times(chunk, weight, r, gradient);
    });
}

}  // namespace rfhgn::linalg
