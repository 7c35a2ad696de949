#pragma once
/// Everything about the ridge that a pair of R factors can tell, without another pass over the rows:
/// spectrum, the path of errors over λ, the choice of λ, the solution, and the errors of every smaller width.
/// All of it local.

#include <limits>
#include <string>
#include <vector>

#include "rfhgn/linalg/r_factor.hpp"

namespace rfhgn::linalg {

/// One λ of the path. Errors are relative: |Zθ − u| / |u|.
struct RidgePoint {
    double ridge;  ///< λ relative to the largest singular value of the scaled R
    double training_error;
    double held_out_error;    ///< NaN without held-out rows
    double cross_validation;  ///< generalised cross-validation, as an estimate of the relative error on
                              ///< unseen rows; too small when the errors of rows are correlated
    double coefficient_norm;  ///< |θ|
    /// On the training rows when fitted to the held-out ones with the same penalty; NaN where λ is not
    /// chosen.
    double exchanged_error = std::numeric_limits<double>::quiet_NaN();
    /// Logarithm, up to a constant, of how probable the training rows are (Bayesian linear regression whose
    /// prior is the ridge, the size of the noise at its best): −½ (ν log(|Zθ − u|² + λ²|Dθ|²) + Σ log(1 +
    /// s²/λ²)) with ν half the number of rows, as rows of one trajectory may share their errors. NaN where λ
    /// is not chosen.
    double log_evidence = std::numeric_limits<double>::quiet_NaN();
};

/// The solution that uses the first `columns` columns only.
struct WidthPoint {
    int columns;
    double training_error;
    double held_out_error;  ///< NaN without held-out rows
};

struct RidgeOptions {
    double ridge = -1.0;           ///< λ relative to the largest singular value of the scaled R; < 0: chosen
    double ridge_floor = -1.0;     ///< smallest λ that is tried or used; < 0: see default_floor
    double absolute_ridge = -1.0;  ///< λ itself, whatever `ridge` is; < 0: that counts
    std::vector<double> penalty{};  ///< γ [columns], by which D is multiplied; empty: 1
};

/// 5e-15 when a λ is given or held-out rows choose it. Otherwise the floor itself is used, and 1e-13 keeps
/// columns that are equal to rounding from taking huge coefficients of opposite sign.
double default_floor(const RFactorPair& r_factors, double given_ridge);

struct RidgeSolution {
    std::vector<double> coefficients;  ///< θ [columns]; 0 for a column that is zero
    double ridge = 0;                  ///< relative λ
    std::string choice;                ///< "held-out", "given", "floor"
    int rank = 0;                      ///< singular values of the scaled R above 1e-14 of the largest
    double condition = 0;              ///< of the scaled R; infinity when singular
    std::vector<RidgePoint> path;      ///< λ ascending, four a decade from the floor to 1e-2
    std::vector<WidthPoint>
        widths;  ///< columns ascending, the last one all of them, at the absolute λ of the solution

    std::vector<double> scale;   ///< D [columns]: norms of Z's columns, 1 where that is zero, times γ
    double absolute_ridge = 0;   ///< λ times the largest singular value
    std::vector<double> factor;  ///< R_λ [columns, columns] column-major: the R factor of [Z D⁻¹; λ I]
    double degrees_of_freedom = 0;  ///< Σ s²/(s² + λ²) over singular values: columns that the rows determine
    std::vector<double> rhs;  ///< c_λ [columns]: θ = D⁻¹ R_λ⁻¹ c_λ, and leading parts solve leading columns
};

/// min |Zθ − u|² + λ²|Dθ|² on the training R factor. λ < 0 is chosen: the geometric mean of the largest λ
/// whose held-out error times exchanged error is within half a per cent of the smallest, and of the λ with
/// the largest evidence; the floor without held-out rows.
/// Throws RunError when LAPACK does not converge.
RidgeSolution solve_ridge(const RFactorPair& r_factors, const RidgeOptions& options);

/// The coefficients alone, for an absolute λ: much cheaper than what answers more. Local.
std::vector<double> ridge_coefficients(const RFactor& r_factor, double absolute_ridge,
                                       const std::vector<double>& penalty);

/// |Zθ − u| / |u| over the rows of an R factor; |Zθ − u| when u = 0; NaN without rows.
double relative_error(const RFactor& r_factor, const std::vector<double>& coefficients);

}  // namespace rfhgn::linalg
