#include "rfhgn/model/spline_table.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

namespace {

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

/// Slopes of the cubic spline (twice continuously differentiable) through y on knots at distance 1. At both
/// ends the slope is that of the quartic through the five nearest knots.
std::vector<double> knot_slopes(const std::vector<double>& y) {
    const std::size_t n = y.size() - 1;
    const auto end = [&](double a, double b, double c, double d, double e) {
        return (-25 * a + 48 * b - 36 * c + 16 * d - 3 * e) / 12;
    };
    std::vector<double> m(n + 1);
    m[0] = end(y[0], y[1], y[2], y[3], y[4]);
    m[n] = -end(y[n], y[n - 1], y[n - 2], y[n - 3], y[n - 4]);
    // m_{i−1} + 4 m_i + m_{i+1} = 3 (y_{i+1} − y_{i−1}), by elimination.
    std::vector<double> upper(n + 1, 0.0);
    for (std::size_t i = 1; i < n; ++i) {
        const double pivot = 4 - upper[i - 1];
        upper[i] = 1 / pivot;
        m[i] = (3 * (y[i + 1] - y[i - 1]) - m[i - 1]) / pivot;
    }
    for (std::size_t i = n - 1; i >= 1; --i) m[i] -= upper[i] * m[i + 1];
    return m;
}

double integral(const double* c, double t) {
    return t * (c[0] + t * (c[1] / 2 + t * (c[2] / 3 + t * (c[3] / 4))));
}

// Coefficients [intervals + 2, 4] and values [intervals + 2] of one function.
void append(SplineTable& table, const std::vector<double>& slope, double start, bool ends) {
    const int n = table.intervals;
    const auto m = knot_slopes(slope);
    auto& c = table.coefficients;
    const auto at = c.size();
    c.insert(c.end(), {slope[0] - m[0], m[0], 0, 0});
    for (std::size_t i = 0; i < index(n); ++i) {
        const double rise = slope[i + 1] - slope[i];
        c.insert(c.end(), {slope[i], m[i], 3 * rise - 2 * m[i] - m[i + 1], m[i] + m[i + 1] - 2 * rise});
    }
    if (ends) {
        c.insert(c.end(), 4, 0.0);
    } else {
        c.insert(c.end(), {slope.back(), m.back(), 0, 0});
    }
    std::vector<double> value(index(n) + 2);
    value[0] = start - table.step * integral(&c[at], 1.0);
    value[1] = start;
    for (std::size_t i = 2; i < value.size(); ++i)
        value[i] = value[i - 1] + table.step * integral(&c[at + 4 * (i - 1)], 1.0);
    if (ends) {
        const double left = value.back();
        for (double& v : value) v -= left;
        value.back() = 0;
    }
    table.values.insert(table.values.end(), value.begin(), value.end());
}

struct Place {
    int interval;
    double t;
};

// Before the knots t counts from one step before the first.
inline Place place(double x, double first, double inverse_step, int intervals) {
    const double u = (x - first) * inverse_step + 1.0;
    const int interval = static_cast<int>(std::clamp(u, 0.0, intervals + 1.0));
    return {interval, u - interval};
}

}  // namespace

void SplineTable::slopes(std::span<const double> x, std::span<const int> which,
                         std::span<double> slope) const {
    const double inverse = 1.0 / step;
    const double* const c = coefficients.data();
    const int stride = intervals + 2;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto [interval, t] = place(x[i], first, inverse, intervals);
        const int begin = 4 * (interval + (which.empty() ? 0 : which[i] * stride));
        const double* const k = c + begin;
        slope[i] = k[0] + t * (k[1] + t * (k[2] + t * k[3]));
    }
}

void SplineTable::evaluate(std::span<const double> x, std::span<const int> which, std::span<double> slope,
                           std::span<double> value) const {
    slopes(x, which, slope);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto [interval, t] = place(x[i], first, 1.0 / step, intervals);
        const auto row = index(interval + (which.empty() ? 0 : which[i] * (intervals + 2)));
        value[i] = values[row] + step * integral(coefficients.data() + 4 * row, t);
    }
}

SplineTable tabulate(std::span<const ScalarFunction> functions, double first, double last, int intervals,
                     bool ends) {
    RFHGN_ASSERT(intervals >= 4 && last > first);
    SplineTable table{first, (last - first) / intervals, intervals, static_cast<int>(functions.size()), {},
                      {}};
    std::vector<double> x(index(intervals) + 1);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = first + table.step * static_cast<double>(i);
    // The last knot itself: rounding must not put it on the other side of a cutoff.
    x.back() = last;
    std::vector<double> value(x.size());
    std::vector<double> slope(x.size());
    for (const auto& function : functions) {
        function(x, value, slope);
        append(table, slope, value.front(), ends);
    }
    return table;
}

}  // namespace rfhgn::model
