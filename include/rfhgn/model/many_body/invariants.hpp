#pragma once
/// Invariants of an atom's densities under rotation and reflection, each a polynomial in the densities A:
///
///     two-body    A_{c,n,0,0}
///     three-body  (2l+1)^(-1/2) Σ_m A_{c,n,l,m} A_{c',n',l,m}
///     four-body   Σ G_{m1 m2 m3} A_{1,m1} A_{2,m2} A_{3,m3},  G the integral of three harmonics, of norm 1
///
/// with every multiset of factors (c, n, l) once.

#include <cstdint>
#include <span>
#include <vector>

#include "rfhgn/model/many_body/basis.hpp"

namespace rfhgn::model::many_body {

struct Factor {
    int channel = 0;
    int n = 0;
    int l = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 finds a 0 in it
    friend auto operator<=>(const Factor&, const Factor&) = default;
};

/// A product of densities, by their places in DensityLayout; −1 where there is no further factor.
struct Monomial {
    double coefficient = 0;
    std::int32_t first = -1;
    std::int32_t second = -1;
    std::int32_t third = -1;
};

struct Invariant {
    int factors = 0;  ///< 1 to 3: two- to four-body
    Factor factor[3];
    int degree = 0;           ///< n, l and costs of all factors
    int species_factors = 0;  ///< factors of a channel other than 0
    std::int32_t begin = 0;   ///< its monomials
    std::int32_t end = 0;
};

/// All invariants of a basis: two-body by (channel, n), then three-body, then four-body.
struct InvariantSet {
    DensityLayout layout;
    std::vector<Invariant> invariants;
    std::vector<Monomial> monomials;  ///< of equal indices merged, first <= second <= third

    [[nodiscard]] std::size_t size() const noexcept { return invariants.size(); }
    [[nodiscard]] std::span<const Monomial> of(const Invariant& invariant) const {
        return std::span(monomials).subspan(static_cast<std::size_t>(invariant.begin),
                                            static_cast<std::size_t>(invariant.end - invariant.begin));
    }
};

/// Throws InputError as check does.
[[nodiscard]] InvariantSet make_invariants(const Basis& basis);

}  // namespace rfhgn::model::many_body
