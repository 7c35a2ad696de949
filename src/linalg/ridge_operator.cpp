#include "ridge_operator.hpp"

#include <algorithm>
#include <array>
#include <cblas.h>
#include <cmath>
#include <limits>

#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::linalg {

RidgeOperator::RidgeOperator(const parallel::Communicator& comm, RepeatedRows& rows)
    : comm_(comm),
      rows_(rows),
      columns_(static_cast<std::size_t>(rows.columns())),
      slice_(parallel::block_range(rows.columns(), comm.size(), comm.rank())) {}

RidgeOperator::RidgeOperator(const parallel::Communicator& comm, RepeatedRows& rows,
                             const RidgeSolution& ridge)
    : RidgeOperator(comm, rows) {
    ridge_ = &ridge;
}

std::vector<double> RidgeOperator::whole(std::span<const double> slice) const {
    std::vector<double> x(columns_, 0.0);
    std::copy(slice.begin(), slice.end(), x.begin() + slice_.begin);
    if (comm_.size() > 1) parallel::sum(comm_, std::span<double>(x));
    return x;
}

void RidgeOperator::solve_factor(std::vector<double>& x, bool transposed) const {
    if (!ridge_) return;
    const int n = static_cast<int>(columns_);
    cblas_dtrsv(CblasColMajor, CblasUpper, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, n,
                ridge_->factor.data(), n, x.data(), 1);
}

void RidgeOperator::unscale(std::vector<double>& x) const {
    if (!ridge_) return;
    for (std::size_t i = 0; i < columns_; ++i) x[i] /= ridge_->scale[i];
}

template <class Product>
void RidgeOperator::guarded(std::span<double> out, Product&& product) {
    try {
        if (!failure_) product();
    } catch (const Error& error) {
        failure_ = error;
    } catch (const std::exception& error) {
        failure_ = parallel::as_error(error);
    }
    if (failure_) std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
}

void RidgeOperator::multiply(std::span<const double> s, std::span<double> out) {
    auto x = whole(s);
    solve_factor(x, false);
    if (ridge_) {
        double* ridge_part = out.data() + rows_.rows();
        for (auto i = slice_.begin; i < slice_.end; ++i) *ridge_part++ = ridge_->absolute_ridge * x[i];
    }
    unscale(x);
    guarded(out, [&] { rows_.multiply(x.data(), out.data()); });
}

void RidgeOperator::multiply_transposed(std::span<const double> y, std::span<double> out) {
    std::vector<double> g(columns_);
    guarded(g, [&] { rows_.multiply_transposed(y.data(), g.data()); });
    unscale(g);
    if (ridge_) {
        const double* ridge_part = y.data() + rows_.rows();
        for (auto i = slice_.begin; i < slice_.end; ++i) g[i] += ridge_->absolute_ridge * *ridge_part++;
    }
    if (comm_.size() > 1) parallel::sum(comm_, std::span<double>(g));
    solve_factor(g, true);
    std::copy(g.begin() + slice_.begin, g.begin() + slice_.end, out.begin());
}

RidgeOperator::Residual RidgeOperator::residual(const std::vector<double>& coefficients) {
    Residual result;
    result.values.resize(static_cast<std::size_t>(range_size()));
    std::vector<double> sums(columns_ + 1);
    parallel::together(comm_,
                       [&] { rows_.residual(coefficients.data(), result.values.data(), sums.data()); });
    const int local = static_cast<int>(rows_.rows());
    sums.back() = cblas_ddot(local, result.values.data(), 1, result.values.data(), 1);
    if (comm_.size() > 1) parallel::sum(comm_, std::span<double>(sums));
    result.squared_rows = result.squared = sums.back();
    sums.pop_back();
    unscale(sums);
    if (ridge_) {
        const double lambda = ridge_->absolute_ridge;
        for (std::size_t i = 0; i < columns_; ++i) {
            const double ridge_row = -lambda * ridge_->scale[i] * coefficients[i];
            const auto at = static_cast<GlobalIndex>(i);
            if (slice_.contains(at)) result.values[rows_.rows() + at - slice_.begin] = ridge_row;
            result.squared += ridge_row * ridge_row;
            sums[i] += lambda * ridge_row;
        }
    }
    solve_factor(sums, true);
    result.gradient_norm = cblas_dnrm2(static_cast<int>(columns_), sums.data(), 1);
    return result;
}

std::vector<double> RidgeOperator::coefficients(std::span<const double> s) {
    auto x = whole(s);
    solve_factor(x, false);
    unscale(x);
    return x;
}

}  // namespace rfhgn::linalg
