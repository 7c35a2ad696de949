#pragma once
/// Functions of one variable by their slope on even knots: what a model becomes when it is tabulated.

#include <functional>
#include <span>
#include <vector>

namespace rfhgn::model {

/// Functions f_k(x), k < count, on the same knots x_i = first + i step, i <= intervals. The slope df/dx is a
/// cubic spline; f is its integral, exactly, so that forces are minus the gradient of the energy. Before the
/// first knot the slope goes on along its tangent there; after the last one likewise, or it is 0 and so is f.
struct SplineTable {
    double first = 0;
    double step = 1;
    int intervals = 0;
    int count = 0;
    /// [count, intervals + 2, 4]: slope = Σ_j c_j t^j, t counted in steps from the interval's first knot; the
    /// first interval lies before the knots, the last one after them.
    std::vector<double> coefficients;
    std::vector<double> values;  ///< [count, intervals + 2], f at t = 0

    [[nodiscard]] bool empty() const noexcept { return count == 0; }
    [[nodiscard]] double last() const noexcept { return first + step * intervals; }
    /// slope[i] = df/dx of function which[i] at x[i]; `which` may be empty: all function 0. Local.
    void slopes(std::span<const double> x, std::span<const int> which, std::span<double> slope) const;
    /// The values, too.
    void evaluate(std::span<const double> x, std::span<const int> which, std::span<double> slope,
                  std::span<double> value) const;
};

/// Fills value[i] = f(x[i]) and slope[i] = df/dx.
using ScalarFunction =
    std::function<void(std::span<const double> x, std::span<double> value, std::span<double> slope)>;

/// Tables of functions from `first` to `last` in `intervals` even steps (at least 4). Of functions that end,
/// f is 0 at the last knot and after it; of others f is right at the first knot.
SplineTable tabulate(std::span<const ScalarFunction> functions, double first, double last, int intervals,
                     bool ends);

}  // namespace rfhgn::model
