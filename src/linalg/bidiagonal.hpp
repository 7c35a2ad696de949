#pragma once

#include <vector>

namespace rfhgn::linalg {

/// R = Q B Pᵀ with B upper bidiagonal: from here every ridge problem min |R x − c|² + λ²|x|² costs O(n)
/// (Eldén), and its solution one product with P. Cheaper than the SVD by far, and as accurate.
struct Bidiagonal {
    int n = 0;
    std::vector<double> diagonal;         ///< of B [n]
    std::vector<double> superdiagonal;    ///< of B [n], the last one 0
    std::vector<double> rhs;              ///< Qᵀc [n]
    std::vector<double> p_transposed;     ///< Pᵀ [n, n] column-major
    std::vector<double> singular_values;  ///< descending [n]
};

/// Takes R [n, n] column-major and c [n]. Local. Throws RunError when LAPACK fails.
Bidiagonal bidiagonalise(std::vector<double> r, std::vector<double> c);

/// Solutions y = Pᵀx of several ridge problems, and what is left of the right-hand side.
struct RidgeFamily {
    std::vector<double> solutions;          ///< [lambdas, n] column-major: one problem a row
    std::vector<double> squared_residuals;  ///< |B y − Qᵀc|² [lambdas]
};
RidgeFamily solve_family(const Bidiagonal& b, const std::vector<double>& lambdas);

}  // namespace rfhgn::linalg
