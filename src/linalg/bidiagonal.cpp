#include "bidiagonal.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "rfhgn/base/error.hpp"

#include "lapack.hpp"

namespace rfhgn::linalg {

namespace {

void lapack_check(int info, const char* call) {
    require<RunError>(info == 0, Advice{"look for degenerate or wildly scaled columns"},
                      "LAPACK's {} failed with info {}", call, info);
}

std::vector<double> singular_values(const Bidiagonal& b) {
    std::vector<double> values = b.diagonal;
    std::vector<double> off = b.superdiagonal;
    std::vector<double> work(4 * static_cast<std::size_t>(b.n));
    const int none = 0;
    const int one = 1;
    double unused = 0;
    int info = 0;
    dbdsqr_("U", &b.n, &none, &none, &none, values.data(), off.data(), &unused, &one, &unused, &one, &unused,
            &one, work.data(), &info);
    lapack_check(info, "dbdsqr");
    return values;
}

}  // namespace

Bidiagonal bidiagonalise(std::vector<double> r, std::vector<double> c) {
    Bidiagonal b;
    b.n = static_cast<int>(c.size());
    const int n = b.n;
    const auto size = static_cast<std::size_t>(n);
    constexpr int blocks = 64;
    const int room = n * blocks + 4 * blocks * blocks;
    std::vector<double> work(static_cast<std::size_t>(room));
    std::vector<double> tau_q(size);
    std::vector<double> tau_p(size);
    b.diagonal.resize(size);
    b.superdiagonal.resize(size);
    int info = 0;
    dgebrd_(&n, &n, r.data(), &n, b.diagonal.data(), b.superdiagonal.data(), tau_q.data(), tau_p.data(),
            work.data(), &room, &info);
    lapack_check(info, "dgebrd");
    const int one = 1;
    dormbr_("Q", "L", "T", &n, &one, &n, r.data(), &n, tau_q.data(), c.data(), &n, work.data(), &room, &info);
    lapack_check(info, "dormbr");
    dorgbr_("P", &n, &n, &n, r.data(), &n, tau_p.data(), work.data(), &room, &info);
    lapack_check(info, "dorgbr");
    b.rhs = std::move(c);
    b.p_transposed = std::move(r);
    b.singular_values = singular_values(b);
    return b;
}

RidgeFamily solve_family(const Bidiagonal& b, const std::vector<double>& lambdas) {
    const std::size_t count = lambdas.size();
    const auto n = static_cast<std::size_t>(b.n);
    RidgeFamily family;
    family.solutions.resize(count * n);
    family.squared_residuals.resize(count);
    std::vector<double> diagonal(count * n);
    std::vector<double> off(count * n, 0.0);
    // Forward: rotate the row λ of each column into B. `fill` is what the previous rotation left in this
    // column, `carried` its right-hand side. All λ side by side, so that the loops vectorise.
    std::vector<double> fill(count, 0.0);
    std::vector<double> carried(count, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        const double q = b.diagonal[i];
        const double e = b.superdiagonal[i];
        const double d = b.rhs[i];
        double* y = family.solutions.data() + i * count;
        for (std::size_t l = 0; l < count; ++l) {
            const double damping = std::sqrt(fill[l] * fill[l] + lambdas[l] * lambdas[l]);
            const double damping_rhs = fill[l] * carried[l] / damping;
            const double length = std::sqrt(q * q + damping * damping);
            const double cosine = q / length;
            const double sine = damping / length;
            diagonal[i * count + l] = length;
            off[i * count + l] = cosine * e;
            y[l] = cosine * d + sine * damping_rhs;
            fill[l] = -sine * e;
            carried[l] = cosine * damping_rhs - sine * d;
        }
    }
    for (std::size_t i = n; i-- > 0;) {
        double* y = family.solutions.data() + i * count;
        const bool last = i + 1 == n;
        for (std::size_t l = 0; l < count; ++l) {
            const double next = last ? 0.0 : y[count + l];
            y[l] = (y[l] - off[i * count + l] * next) / diagonal[i * count + l];
            const double left = b.diagonal[i] * y[l] + b.superdiagonal[i] * next - b.rhs[i];
            family.squared_residuals[l] += left * left;
        }
    }
    return family;
}

}  // namespace rfhgn::linalg
