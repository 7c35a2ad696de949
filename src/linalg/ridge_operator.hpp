#pragma once

#include <optional>
#include <span>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/linalg/ridge.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "repeated_rows.hpp"

namespace rfhgn::linalg {

/// The operator that LSQR sees: B = [Z D⁻¹; λ I] R_λ⁻¹, whose columns are orthonormal to rounding, or Z
/// itself. A rank's part of the range is its rows followed by the ridge rows of its slice of the domain; the
/// domain is cut into slices by block_range. Failures of the row source do not leave a product (the others
/// wait in its collective): they are kept, the product becomes NaN, and `failure` tells.
class RidgeOperator {
  public:
    /// B of a ridge solution, which must outlive the operator.
    RidgeOperator(const parallel::Communicator& comm, RepeatedRows& rows, const RidgeSolution& ridge);
    /// Z.
    RidgeOperator(const parallel::Communicator& comm, RepeatedRows& rows);

    [[nodiscard]] parallel::Range slice() const noexcept { return slice_; }
    [[nodiscard]] GlobalIndex range_size() const noexcept { return rows_.rows() + ridge_rows(); }

    /// out [range_size()] = B s; s is this rank's slice. *Collective.*
    void multiply(std::span<const double> s, std::span<double> out);
    /// out [slice] = Bᵀ y; y [range_size()]. *Collective.*
    void multiply_transposed(std::span<const double> y, std::span<double> out);

    /// What is left at coefficients θ.
    struct Residual {
        std::vector<double> values;  ///< [range_size()]: [u − Zθ; −λ D θ]
        double squared_rows = 0;     ///< |u − Zθ|², all ranks
        double squared = 0;          ///< with the ridge rows
        double gradient_norm = 0;    ///< |Bᵀ residual|
    };
    /// *Collective.* Throws what the row source throws, on every rank.
    Residual residual(const std::vector<double>& coefficients);
    /// θ = D⁻¹ R_λ⁻¹ s for this rank's slice of s; the result is on every rank. *Collective.*
    std::vector<double> coefficients(std::span<const double> s);

    [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }

  private:
    [[nodiscard]] GlobalIndex ridge_rows() const noexcept { return ridge_ ? slice_.size() : 0; }
    std::vector<double> whole(std::span<const double> slice) const;
    void solve_factor(std::vector<double>& x, bool transposed) const;
    void unscale(std::vector<double>& x) const;
    template <class Product>
    void guarded(std::span<double> out, Product&& product);

    const parallel::Communicator& comm_;
    RepeatedRows& rows_;
    const RidgeSolution* ridge_ = nullptr;
    std::size_t columns_;
    parallel::Range slice_;
    std::optional<Error> failure_;
};

}  // namespace rfhgn::linalg
