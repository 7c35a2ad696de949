#pragma once
/// Real spherical harmonics of a unit vector u, in Racah's norm Σ_m Y_lm² = 1, at l² + l + m:
/// Y_{l,±m} = N Q_l^m(z) {c_m, s_m}, c_m + i s_m = (x + i y)^m, Q_l^m = d^m P_l / dz^m,
/// N² = (2 − δ_m0) (l−m)!/(l+m)!.

#include <array>
#include <cmath>
#include <cstddef>

namespace rfhgn::model::many_body {

/// Polynomials that harmonics and their gradients are made of; T is double or Lanes.
template <int L, class T>
struct Harmonics {
    static constexpr std::size_t count = std::size_t{L + 1} * (L + 1);

    T q[L + 1][L + 2];  ///< Q_l^m, and 0 at m = l + 1
    T c[L + 1];
    T s[L + 1];

    [[gnu::always_inline]] Harmonics(const T& x, const T& y, const T& z) {
        c[0] = T{} + 1.0;
        s[0] = T{};
        for (int m = 1; m <= L; ++m) {
            c[m] = x * c[m - 1] - y * s[m - 1];
            s[m] = x * s[m - 1] + y * c[m - 1];
        }
        double diagonal = 1;
        for (int m = 0; m <= L; ++m) {
            q[m][m] = T{} + diagonal;
            q[m][m + 1] = T{};
            if (m < L) q[m + 1][m] = (2 * m + 1) * diagonal * z;
            for (int l = m + 2; l <= L; ++l)
                q[l][m] =
                    ((2 * l - 1.0) / (l - m)) * z * q[l - 1][m] - ((l + m - 1.0) / (l - m)) * q[l - 2][m];
            diagonal *= 2 * m + 1;
        }
    }

    /// value[l² + l + m].
    [[gnu::always_inline]] void values(T* value) const {
        for (int l = 0; l <= L; ++l) {
            value[l * l + l] = q[l][0];
            for (int m = 1; m <= l; ++m) {
                const T nq = norms()[l][m] * q[l][m];
                value[l * l + l + m] = nq * c[m];
                value[l * l + l - m] = nq * s[m];
            }
        }
    }

    /// g = ∂/∂u Σ weight_lm Y_lm, not projected on the tangent plane.
    [[gnu::always_inline]] void gradient(const T* weight, T& gx, T& gy, T& gz) const {
        gx = gy = gz = T{};
        for (int l = 1; l <= L; ++l) gz += weight[l * l + l] * q[l][1];
        for (int m = 1; m <= L; ++m) {
            T up{}, um{}, vp{}, vm{};
            for (int l = m; l <= L; ++l) {
                const double n = norms()[l][m];
                const T nq = n * q[l][m];
                up += weight[l * l + l + m] * nq;
                um += weight[l * l + l - m] * nq;
                if (l == m) continue;
                const T nd = n * q[l][m + 1];
                vp += weight[l * l + l + m] * nd;
                vm += weight[l * l + l - m] * nd;
            }
            gx += double(m) * (up * c[m - 1] + um * s[m - 1]);
            gy += double(m) * (um * c[m - 1] - up * s[m - 1]);
            gz += vp * c[m] + vm * s[m];
        }
    }

    /// The same of each harmonic alone: g[a][l² + l + m].
    [[gnu::always_inline]] void gradients(T (&g)[3][count]) const {
        for (int l = 0; l <= L; ++l)
            for (int m = 0; m <= l; ++m) {
                const int p = l * l + l + m;
                const int n = l * l + l - m;
                const T nd = norms()[l][m] * q[l][m + 1];
                g[2][n] = nd * s[m];
                g[2][p] = nd * c[m];
                if (m == 0) {
                    g[0][p] = g[1][p] = T{};
                    continue;
                }
                const T mq = (m * norms()[l][m]) * q[l][m];
                g[0][p] = mq * c[m - 1];
                g[1][p] = -(mq * s[m - 1]);
                g[0][n] = mq * s[m - 1];
                g[1][n] = mq * c[m - 1];
            }
    }

  private:
    using Norms = std::array<std::array<double, L + 1>, L + 1>;
    static Norms make_norms() {
        Norms n{};
        for (int l = 0; l <= L; ++l)
            for (int m = 0; m <= l; ++m) {
                double ratio = m == 0 ? 1 : 2;
                for (int k = l - m + 1; k <= l + m; ++k) ratio /= k;
                n[l][m] = std::sqrt(ratio);
            }
        return n;
    }
    static const Norms& norms() { return table_; }
    static inline const Norms table_ = make_norms();
};

}  // namespace rfhgn::model::many_body
