#pragma once
/// Exponentials that a compiler can vectorise: no branches, no tables, no calls. Debian's libm is scalar and
/// five to ten times slower on arrays.

#include <bit>
#include <cmath>
#include <cstdint>

namespace rfhgn {

/// exp(x) as power × (1 + expm1): Cody-Waite reduction x = n ln 2 + f, |f| <= ln 2 / 2, then a Taylor
/// polynomial of f of degree 13; relative error below 4e-16 for |x| <= 708.
struct SplitExponential {
    double power;  ///< 2^n
    double expm1;  ///< exp(f) − 1

    explicit SplitExponential(double x) noexcept {
        constexpr double shift = 0x1.8p52;  // adding it rounds to an integer, kept in the low bits
        constexpr double log2_e = 1.4426950408889634074;
        constexpr double ln2_high = 6.93147180369123816490e-01;
        constexpr double ln2_low = 1.90821492927058770002e-10;
        const double shifted = x * log2_e + shift;
        const double n = shifted - shift;
        const double f = (x - n * ln2_high) - n * ln2_low;
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
        const auto exponent =
            (std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(shift) + 1023) << 52;
        power = std::bit_cast<double>(exponent);
        expm1 = f + f * f * p;
    }
};

/// exp(x); x is taken into [−708, 708].
inline double exponential(double x) noexcept {
    const double above = x < -708.0 ? -708.0 : x;
    const SplitExponential split(above > 708.0 ? 708.0 : above);
    return split.power + split.power * split.expm1;
}

/// exp(x) − 1 for x <= 0, relative error below 4e-16; below −708 it is −1.
inline double expm1_negative(double x) noexcept {
    const SplitExponential split(x < -708.0 ? -708.0 : x);
    return split.power * split.expm1 + (split.power - 1.0);
}

/// log(1 + y) for 0 <= y <= 1, relative error below 4e-16: 2 artanh(s), s = y / (2 + y) <= 1/3, as its series
/// in s².
inline double log1p_unit(double y) noexcept {
    const double s = y / (2.0 + y);
    const double z = s * s;
    double p = 1.0 / 33.0;
    p = p * z + 1.0 / 31.0;
    p = p * z + 1.0 / 29.0;
    p = p * z + 1.0 / 27.0;
    p = p * z + 1.0 / 25.0;
    p = p * z + 1.0 / 23.0;
    p = p * z + 1.0 / 21.0;
    p = p * z + 1.0 / 19.0;
    p = p * z + 1.0 / 17.0;
    p = p * z + 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    return 2.0 * (s + s * z * p);
}

}  // namespace rfhgn
