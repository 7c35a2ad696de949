#pragma once
/// How invariants are evaluated: sums of products of two densities are made once and used by all invariants
/// that contain them, by one more product for each component.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rfhgn/model/many_body/invariants.hpp"

namespace rfhgn::model::many_body {

/// Evaluates some invariants of a set, eight atoms at a time. Densities are [places, 8]; invariants
/// [wanted, stride >= 8], of which the eight are contiguous.
class PolynomialPlan {
  public:
    PolynomialPlan() = default;
    /// `wanted`: numbers of invariants; the i-th of them is row i of the results.
    PolynomialPlan(const InvariantSet& set, std::span<const int> wanted);

    /// Sets the invariants.
    void evaluate(const double* density, double* invariants, std::size_t stride) const;
    /// Given ∂E/∂invariant, sets ∂E/∂density.
    void differentiate(const double* density, const double* invariant_slope, std::size_t stride,
                       double* density_slope) const;

    /// Multiplications by densities in one evaluation.
    [[nodiscard]] std::size_t work() const noexcept { return terms_.size() + uses_.size(); }

  private:
    friend class PlanMaker;

    /// coefficient A_first A_second.
    struct Term {
        double coefficient;
        std::int32_t first;
        std::int32_t second;
    };
    /// Invariant += product × A_density.
    struct Use {
        std::int32_t invariant;
        std::int32_t density;
    };
    /// A sum of terms; ends of its terms and uses, which begin where those of the product before end.
    struct Product {
        std::int32_t terms_end;
        std::int32_t uses_end;
        std::int32_t is;  ///< the invariant that it is, or −1
    };

    std::size_t rows_ = 0;
    std::size_t places_ = 0;
    std::vector<Use> singles_;  ///< invariants that are densities
    std::vector<Product> products_;
    std::vector<Term> terms_;
    std::vector<Use> uses_;
};

}  // namespace rfhgn::model::many_body
