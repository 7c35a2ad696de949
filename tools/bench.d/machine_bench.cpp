// The machine's own limits, in the same run as everything else: dgemm rate, memory bandwidth and tanh rate of
// this core. One JSON line.
#include <algorithm>
#include <cblas.h>
#include <cstdio>
#include <vector>

#include "rfhgn/model/activation.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace {

using rfhgn::parallel::wall_time;

template <class Work>
double median_seconds(Work&& work, int repeats = 7) {
    std::vector<double> seconds;
    for (int r = 0; r < repeats; ++r) {
        const double start = wall_time();
        work();
        seconds.push_back(wall_time() - start);
    }
    std::nth_element(seconds.begin(), seconds.begin() + repeats / 2, seconds.end());
    return seconds[static_cast<std::size_t>(repeats / 2)];
}

double dgemm_gflops() {
    constexpr int n = 1024;
    std::vector<double> a(std::size_t{n} * n, 0.5);
    std::vector<double> b(std::size_t{n} * n, 0.25);
    std::vector<double> c(std::size_t{n} * n, 0.0);
    const double seconds = median_seconds([&] {
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a.data(), n, b.data(), n, 0.0,
                    c.data(), n);
    });
    return 2.0 * n * n * n / seconds * 1e-9;
}

double triad_gbytes() {
    const std::size_t n = std::size_t{1} << 24U;
    std::vector<double> a(n, 1.0);
    std::vector<double> b(n, 2.0);
    std::vector<double> c(n, 3.0);
    const double seconds = median_seconds([&] {
        for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + 0.5 * c[i];
    });
    return 3.0 * 8.0 * static_cast<double>(n) / seconds * 1e-9;
}

// Of numbers in the first-level cache.
double tanh_per_nanosecond() {
    constexpr int n = 1024;
    constexpr int times = 2000;
    std::vector<double> z(n);
    std::vector<double> value(n);
    for (int i = 0; i < n; ++i) z[static_cast<std::size_t>(i)] = 0.004 * (i - n / 2);
    const double seconds = median_seconds([&] {
        for (int r = 0; r < times; ++r) rfhgn::model::activate(rfhgn::model::Activation::tanh, z, value, {});
    });
    return n * times / seconds * 1e-9;
}

}  // namespace

int main() {
    const rfhgn::parallel::Session session;
    std::printf(
        "{\"dgemm_gflops\": %.2f, \"triad_gbytes_per_second\": %.2f, \"tanh_per_nanosecond\": %.3f}\n",
        dgemm_gflops(), triad_gbytes(), tanh_per_nanosecond());
    return 0;
}
