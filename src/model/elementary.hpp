#pragma once
/// Exponentials that a compiler can vectorise: no branches, no tables, no calls. Debian's libm is scalar and
/// five to ten times slower on arrays.

#include <bit>
#include <cmath>
#include <cstdint>

namespace rfhgn::model {

/// exp(x) − 1 for x <= 0, relative error below 4e-16; below −708 it is −1.
/// Cody-Waite reduction x = n ln 2 + f, |f| <= ln 2 / 2, then a Taylor polynomial of f of degree 13.
inline double expm1_negative(double x) noexcept {
    constexpr double shift = 0x1.8p52;  // adding it rounds to an integer, kept in the low bits
    constexpr double log2_e = 1.4426950408889634074;
    constexpr double ln2_high = 6.93147180369123816490e-01;
    constexpr double ln2_low = 1.90821492927058770002e-10;
    const double bounded = x < -708.0 ? -708.0 : x;
    const double shifted = bounded * log2_e + shift;
    const double n = shifted - shift;
    const double f = (bounded - n * ln2_high) - n * ln2_low;
    double p = 1.0 / 6227020800.0;
    p = p * f + 1.0 / 479001600.0;
    p = p * f + 1.0 / 39916800.0;
    p = p * f + 1.0 / 3628800.0;
    p = p * f + 1.0 / 362880.0;
    p = p * f + 1.0 / 40320.0;
    p = p * f + 1.0 / 5040.0;
    p = p * f + 1.0 / 720.0;
    p = p * f + 1.0 / 120.0;
    p = p * f + 1.0 / 24.0;
    p = p * f + 1.0 / 6.0;
    p = p * f + 0.5;
    const double expm1_f = f + f * f * p;
    const auto exponent = (std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(shift) + 1023)
                          << 52;
    const double power = std::bit_cast<double>(exponent);
    return power * expm1_f + (power - 1.0);
}

}  // namespace rfhgn::model
