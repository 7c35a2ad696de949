#include "rfhgn/linalg/cross_validation.hpp"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "lapack.hpp"

namespace rfhgn::linalg {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// N += sign RᵀR, upper triangle.
void add_normal(const RFactor& r_factor, double sign, LargeArray& normal) {
    const int size = r_factor.columns + 1;
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, size, r_factor.height(), sign, r_factor.values.data(),
                size, 1.0, normal.data(), size);
}

bool has_rows(std::span<const PartFactors> targets, std::size_t part) {
    return std::any_of(targets.begin(), targets.end(),
                       [&](const PartFactors& factors) { return factors[part].rows > 0; });
}

// |R θ − c|², θ zero from `width` on.
double squared_residual(const RFactor& r_factor, const LargeArray& theta, int width, LargeArray& left) {
    const int size = r_factor.columns + 1;
    const int rows = r_factor.height();
    const double* const values = r_factor.values.data();
    const auto* rhs = values + static_cast<std::ptrdiff_t>(size - 1) * size;
    std::copy_n(rhs, rows, left.data());
    cblas_dgemv(CblasColMajor, CblasNoTrans, std::min(rows, width), width, 1.0, values, size, theta.data(), 1,
                -1.0, left.data(), 1);
    return cblas_ddot(rows, left.data(), 1, left.data(), 1);
}

}  // namespace

// Large arrays are made once: to touch new pages takes as long as to fill them.
struct CrossValidation::Scratch {
    explicit Scratch(int columns)
        : n(static_cast<std::size_t>(columns)),
          matrix(square(n)),
          factor(square(n)),
          norm(n),
          rhs(n),
          half(n),
          theta(n),
          left(n + 1) {}

    static std::size_t square(std::size_t n) { return n * n; }

    // The weighted normal equations of columns that have norm 1.
    void equilibrate(const std::vector<LargeArray>& normal, std::span<const double> weights) {
        const auto sum = [&](std::size_t row, std::size_t column) {
            double value = 0;
            for (std::size_t t = 0; t < normal.size(); ++t)
                value += weights[t] * weights[t] * normal[t][row + column * (n + 1)];
            return value;
        };
        for (std::size_t k = 0; k < n; ++k) {
            const double squared = sum(k, k);
            norm[k] = squared > 0 ? std::sqrt(squared) : 1.0;
            rhs[k] = sum(k, n) / norm[k];
        }
        for (std::size_t column = 0; column < n; ++column)
            for (std::size_t row = 0; row <= column; ++row)
                matrix[row + column * n] = sum(row, column) / (norm[row] * norm[column]);
    }

    // Whether the ridge is large enough for the factor to be one.
    bool factorise(double ridge, const std::vector<double>& penalty) {
        for (std::size_t column = 0; column < n; ++column) {
            std::copy_n(matrix.data() + column * n, column + 1, factor.data() + column * n);
            const double damping = ridge * (penalty.empty() ? 1.0 : penalty[column]);
            factor[column * (n + 1)] += damping * damping;
        }
        const int size = static_cast<int>(n);
        int info = 0;
        dpotrf_("U", &size, factor.data(), &size, &info);
        if (info != 0) return false;
        half = rhs;
        cblas_dtrsv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, size, factor.data(), size,
                    half.data(), 1);
        return true;
    }

    void solve(int width) {
        theta = half;
        cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, width, factor.data(),
                    static_cast<int>(n), theta.data(), 1);
        for (std::size_t k = 0; k < n; ++k) theta[k] /= norm[k];
    }

    std::size_t n;
    LargeArray matrix;  // [n, n] upper triangle
    LargeArray factor;  // [n, n] upper triangle
    LargeArray norm;    // of columns; 1 where that is zero
    LargeArray rhs;
    LargeArray half;  // of the way to a solution
    LargeArray theta;
    LargeArray left;
};

CrossValidation::CrossValidation(const parallel::Communicator& comm, std::span<const PartFactors> targets)
    : comm_(comm), targets_(targets), columns_(targets.front().front().columns) {
    const std::size_t parts = targets.front().size();
    scratch_ = parallel::together(comm, [&] { return std::make_unique<Scratch>(columns_); });
    for (std::size_t part = 0; part < parts; ++part)
        if (has_rows(targets, part)) left_out_.push_back(static_cast<int>(part));
    parallel::together(comm, [&] {
        const parallel::ScopedComputation dense;
        for (std::size_t k = static_cast<std::size_t>(comm.rank()); k < left_out_.size();
             k += static_cast<std::size_t>(comm.size()))
            mine_.push_back({left_out_[k], {}});
        const auto size = static_cast<std::size_t>(columns_) + 1;
        for (const auto& target : targets) {
            if (mine_.empty()) break;
            LargeArray all(size * size, 0.0);
            for (const auto& part : target) add_normal(part, 1.0, all);
            for (auto& part : mine_) {
                part.normal.push_back(all);
                add_normal(target[static_cast<std::size_t>(part.part)], -1.0, part.normal.back());
            }
        }
    });
}

CrossValidation::~CrossValidation() = default;

void CrossValidation::solve(const Part& part, const RidgeSetting& setting, std::span<const double> ridges,
                            std::span<const int> widths, std::size_t place,
                            std::span<LeftOutSquares> errors) const {
    auto& s = *scratch_;
    s.equilibrate(part.normal, setting.weights);
    for (std::size_t l = 0; l < ridges.size(); ++l) {
        const bool solvable = s.factorise(ridges[l], setting.penalty);
        for (std::size_t w = 0; w < widths.size(); ++w) {
            if (solvable) s.solve(widths[w]);
            for (std::size_t t = 0; t < targets_.size(); ++t) {
                const auto& unseen = targets_[t][static_cast<std::size_t>(part.part)];
                errors[l * widths.size() + w][place * targets_.size() + t] =
                    solvable ? squared_residual(unseen, s.theta, widths[w], s.left) : infinite;
            }
        }
    }
}

std::vector<LeftOutSquares> CrossValidation::errors(const RidgeSetting& setting,
                                                    std::span<const double> ridges,
                                                    std::span<const int> widths) const {
    const std::size_t each = left_out_.size() * targets_.size();
    std::vector<LeftOutSquares> errors(ridges.size() * widths.size(), LeftOutSquares(each, 0.0));
    parallel::together(comm_, [&] {
        const parallel::ScopedComputation dense;
        for (std::size_t k = 0; k < mine_.size(); ++k)
            solve(mine_[k], setting, ridges, widths,
                  static_cast<std::size_t>(comm_.rank()) + k * static_cast<std::size_t>(comm_.size()),
                  errors);
    });
    // Each number is one rank's, so that sums are exact.
    for (auto& squares : errors) parallel::sum(comm_, std::span<double>(squares));
    return errors;
}

}  // namespace rfhgn::linalg
